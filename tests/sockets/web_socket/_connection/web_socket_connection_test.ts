import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../../../sockets/_transport/connect_tcp.ts";
import type { StreamTransport } from "../../../../sockets/_transport/stream_transport.ts";
import { Connection } from "../../../../sockets/stream_socket/_connection.ts";
import type { MessageCompression } from "../../../../sockets/web_socket/_connection/message_compression.ts";
import { MessageReceiver } from "../../../../sockets/web_socket/_connection/message_receiver.ts";
import { WebSocketConnection } from "../../../../sockets/web_socket/_connection/web_socket_connection.ts";
import { LOOPBACK } from "../_endpoints.ts";
import { RawPeer } from "../_raw_peer.ts";
import { openCompression } from "./_compression.ts";

const HOST = "127.0.0.1";
const COUNT = 10_000;

interface FixtureOptions {
  readonly isServer?: boolean;
  readonly compression?: MessageCompression | null;
  readonly closeTimeout?: number;
}

/** A connection after its handshake, whose calls of the transport are counted. */
class Fixture implements AsyncDisposable {
  readonly connection: WebSocketConnection;
  readonly peer: RawPeer;
  /** How often something was given to the transport. */
  readonly calls: { count: number };
  readonly closed: Promise<[code: number, reason: string]>;

  private constructor(
    transport: StreamTransport,
    peer: RawPeer,
    { isServer = false, compression = null, closeTimeout = 10_000 }:
      FixtureOptions,
  ) {
    this.peer = peer;
    this.calls = countCalls(transport);
    const { promise, resolve } = Promise.withResolvers<[number, string]>();
    this.closed = promise;
    const settings = {
      isServer,
      compression,
      closeTimeout,
      isStream: false,
      idleTimeout: 0,
      pongInterval: 0,
    };
    const receiver = new MessageReceiver({
      isPartial: false,
      maxMessageSize: Infinity,
    });
    this.connection = new WebSocketConnection(
      new Connection(transport),
      settings,
      receiver,
      (code, reason) => resolve([code, reason]),
    );
    this.connection.run();
  }

  static async open(options: FixtureOptions = {}): Promise<Fixture> {
    using listener = Deno.listen({ hostname: HOST, port: 0 });
    const [transport, conn] = await Promise.all([
      connectTcp({ hostname: HOST, port: listener.addr.port }),
      listener.accept(),
    ]);
    const peer = new RawPeer(conn, options.isServer ?? false);
    return new Fixture(transport, peer, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.peer[Symbol.dispose]();
    await this.connection.close(null, "");
  }
}

function countCalls(transport: StreamTransport): { count: number } {
  const calls = { count: 0 };
  const write = transport.write.bind(transport);
  const writeNow = transport.writeNow.bind(transport);
  transport.write = (bytes) => {
    calls.count++;
    return write(bytes);
  };
  transport.writeNow = (pieces) => {
    calls.count++;
    return writeNow(pieces);
  };
  return calls;
}

Deno.test(
  "WebSocketConnection sends 10,000 messages that are queued in few calls",
  LOOPBACK,
  async () => {
    for (const isServer of [false, true]) {
      for (const isCompressed of [false, true]) {
        const compression = isCompressed ? openCompression({}, isServer) : null;
        await using fixture = await Fixture.open({ isServer, compression });
        const { connection, peer, calls } = fixture;
        const { messages } = connection.sender;
        for (let i = 0; i < COUNT; i++) messages.write(new Uint8Array(64));
        const flushed = messages.flush();
        for (let i = 0; i < COUNT; i++) {
          assertEquals(
            (await peer.readFrame())?.payload.length,
            64,
          );
        }
        await flushed;
        // 700 KiB in slabs of 128 KiB.
        assert(calls.count <= 20, `${calls.count} calls`);
      }
    }
  },
);

Deno.test(
  "WebSocketConnection.close() leaves a peer that does not answer in closeTimeout",
  LOOPBACK,
  async () => {
    for (const isServer of [false, true]) {
      await using fixture = await Fixture.open({ isServer, closeTimeout: 20 });
      const { connection, peer } = fixture;
      const gone = connection.close(1000, "");
      assertEquals(await peer.readClose(), [1000, ""]);
      assertEquals(await fixture.closed, [1006, ""]);
      await gone;
    }
  },
);

Deno.test(
  "WebSocketConnection leaves a peer that does not take the answer to its close frame in closeTimeout",
  LOOPBACK,
  async () => {
    for (const isServer of [false, true]) {
      await using fixture = await Fixture.open({ isServer, closeTimeout: 20 });
      const { connection, peer } = fixture;
      connection.sender.messages.write(new Uint8Array(32 * 1024 * 1024)).catch(
        () => {},
      );
      await peer.sendClose(1001, "bye");
      assertEquals(await fixture.closed, [1001, "bye"]);
      await connection.closed;
    }
  },
);
