import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertRejects,
} from "@std/assert";
import {
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { assertContent, contentAt } from "../stream_socket/_content.ts";
import { nextSocket } from "../stream_socket/_echo.ts";
import {
  read,
  readAll,
  readExactly,
  turnsOfEventLoop,
  write,
  writeAll,
} from "./_io.ts";
import { CLIENT_KINDS, SECURE_KINDS, shakeHands } from "./_secure_pairs.ts";
import { Tap } from "./_tap.ts";

const MIB = 1024 * 1024;
const PERMISSIONS = { net: ["127.0.0.1"] };
const ON_LOOPBACK = { permissions: PERMISSIONS };
const ON_LOOPBACK_WITH_RESETS = {
  permissions: PERMISSIONS,
  ignore: !hasNativeSockets(),
};
/** RFC 8446, section 5.1. */
const APPLICATION_DATA = 23;

async function statusOfRead(transport: StreamTransport): Promise<unknown> {
  const error = await assertRejects(
    () => read(transport, new Uint8Array(1)),
    SocketError,
  );
  return error.status;
}

for (const { name, open } of SECURE_KINDS) {
  Deno.test(
    `SecureTransport (${name}) carries bytes both ways at once, and both ends`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      const there = crypto.getRandomValues(new Uint8Array(60_000));
      const back = crypto.getRandomValues(new Uint8Array(60_000));
      const [atPeer, here] = await Promise.all([
        readAll(peer),
        readAll(transport),
        writeAll(transport, there).then(() => transport.closeWrite()),
        writeAll(peer, back).then(() => peer.closeWrite()),
      ]);
      assertEquals(atPeer, there);
      assertEquals(here, back);
    },
  );

  Deno.test(
    `SecureTransport (${name}) tells the addresses of the connection`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport } = pair;
      assertEquals(transport.localAddress.hostname, "127.0.0.1");
      assertEquals(transport.remoteAddress.hostname, "127.0.0.1");
      assert(transport.localAddress.port !== transport.remoteAddress.port);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) fills a small buffer and keeps the rest`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      await write(peer, new Uint8Array([1, 2, 3]));
      const buffer = new Uint8Array(2);
      assertEquals(await read(transport, buffer), 2);
      assertEquals(buffer, new Uint8Array([1, 2]));
      assertEquals(await read(transport, buffer), 1);
      assertEquals(buffer[0], 3);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) gives what came before the end, then null again and again`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      await writeAll(peer, contentAt(0, 100_000));
      await peer.closeWrite();
      assertContent(await readExactly(transport, 100_000), 0);
      assertEquals(await read(transport, new Uint8Array(1)), null);
      assertEquals(await read(transport, new Uint8Array(1)), null);
    },
  );

  Deno.test(
    `SecureTransport.closeWrite() (${name}) leaves reading open, and may be called again`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      await transport.closeWrite();
      await transport.closeWrite();
      assertEquals(await read(peer, new Uint8Array(1)), null);
      await writeAll(peer, contentAt(0, 100_000));
      assertContent(await readExactly(transport, 100_000), 0);
    },
  );

  Deno.test(
    `SecureTransport.write() (${name}) goes on after the end of the peer`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      await peer.closeWrite();
      assertEquals(await read(transport, new Uint8Array(1)), null);
      await writeAll(transport, contentAt(0, 100_000));
      await transport.closeWrite();
      assertContent(await readExactly(peer, 100_000), 0);
      assertEquals(await read(peer, new Uint8Array(1)), null);
    },
  );

  Deno.test(
    `SecureTransport.write() (${name}) stalls while the peer does not read, and loses nothing`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      const size = 24 * MIB;
      let written = 0;
      async function send(): Promise<void> {
        while (written < size) {
          written += await write(transport, contentAt(written, 65_536));
        }
        await transport.closeWrite();
      }
      const sent = send();
      for (let before = -1; before < written;) {
        before = written;
        await turnsOfEventLoop(50);
      }
      assertLess(written, 16 * MIB);
      let received = 0;
      const buffer = new Uint8Array(65_536);
      for (;;) {
        const count = await read(peer, buffer);
        if (count === null) break;
        assertContent(buffer.subarray(0, count), received);
        received += count;
      }
      assertEquals(received, written);
      await sent;
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) takes no more from the connection than it is asked for`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      let written = 0;
      async function send(): Promise<void> {
        for (;;) written += await write(peer, contentAt(written, 65_536));
      }
      const sent = assertRejects(send, SocketError);
      for (let seen = -1; seen < written;) {
        seen = written;
        await read(transport, new Uint8Array(1));
        await turnsOfEventLoop(50);
      }
      // What the system keeps, twice with the relay.
      assertLess(written, 64 * MIB);
      peer.reset();
      await sent;
    },
  );

  Deno.test(
    `SecureTransport.close() (${name}) rejects a pending read as aborted`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport } = pair;
      const pending = statusOfRead(transport);
      await transport.close();
      assertEquals(await pending, SocketErrorStatus.operationAborted);
      assertEquals(
        await statusOfRead(transport),
        SocketErrorStatus.operationAborted,
      );
    },
  );

  Deno.test(
    `SecureTransport.close() (${name}) is seen as an end when all was read, and may be called again`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      await writeAll(peer, new Uint8Array([1]));
      await read(transport, new Uint8Array(1));
      await writeAll(transport, contentAt(0, 200_000));
      const closed = Promise.resolve(transport.close());
      assertContent(await readExactly(peer, 200_000), 0);
      assertEquals(await read(peer, new Uint8Array(1)), null);
      await closed;
    },
  );

  Deno.test(
    `SecureTransport.reset() (${name}) is seen as a reset, not as an end`,
    ON_LOOPBACK_WITH_RESETS,
    async () => {
      await using pair = await open();
      const { transport, peer } = pair;
      transport.reset();
      assertEquals(
        await statusOfRead(peer),
        SocketErrorStatus.connectionResetByPeer,
      );
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) tells an end without close_notify from an orderly one`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, inbound } = pair;
      await write(peer, new Uint8Array([1, 2, 3]));
      assertEquals((await readExactly(transport, 3)).length, 3);
      await inbound.cutAfter(0, "end");
      await assertCutOff(transport);
      // It stays one.
      await assertCutOff(transport);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) gives whole records before an end in the middle of one`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, inbound } = pair;
      await write(peer, new Uint8Array([1, 2, 3]));
      assertEquals((await readExactly(transport, 3)).length, 3);
      await inbound.cutAfter(20, "end");
      await write(peer, new Uint8Array(1000));
      await assertCutOff(transport);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) gives what came before a cut`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, inbound } = pair;
      await inbound.cutAfter(17_000, "end");
      await writeAll(peer, contentAt(0, 32_768));
      const bytes = new Uint8Array(32_768);
      let count = 0;
      const error = await assertRejects(async () => {
        for (;;) {
          count += await read(transport, bytes.subarray(count)) ?? NaN;
        }
      }, SocketError);
      // The first record, and what the one of the session tickets may take.
      assertGreater(count, 0);
      assertLess(count, 17_000);
      assertContent(bytes.subarray(0, count), 0);
      assertMatch(error.message, /cut off/);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) tells a reset of the peer`,
    ON_LOOPBACK_WITH_RESETS,
    async () => {
      await using pair = await open();
      const { transport, inbound } = pair;
      const pending = statusOfRead(transport);
      await inbound.cutAfter(0, "reset");
      assertEquals(await pending, SocketErrorStatus.connectionResetByPeer);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) takes close_notify for the end while the connection is open`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, inbound } = pair;
      await write(peer, new Uint8Array(1));
      await readExactly(transport, 1);
      // The alert is the only record that follows, in TLS 1.3 of 24 bytes.
      await inbound.cutAfter(24, "silence");
      await peer.closeWrite();
      assertEquals(await read(transport, new Uint8Array(1)), null);
    },
  );

  Deno.test(
    `SecureTransport.read() (${name}) rejects what was changed on the way`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, inbound } = pair;
      await write(peer, new Uint8Array(1));
      await readExactly(transport, 1);
      inbound.change((bytes) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1));
      await write(peer, new Uint8Array(100));
      assertEquals(
        await statusOfRead(transport),
        SocketErrorStatus.softwareCausedConnectionAbort,
      );
    },
  );

  Deno.test(
    `SecureTransport.write() (${name}) rejects after the peer has gone`,
    ON_LOOPBACK_WITH_RESETS,
    async () => {
      await using pair = await open();
      const { transport, outbound } = pair;
      await outbound.cutAfter(0, "reset");
      pair.inbound.cutAfter(0, "reset");
      const error = await assertRejects(async () => {
        for (;;) await write(transport, new Uint8Array(1024));
      }, SocketError);
      assert([
        SocketErrorStatus.connectionResetByPeer,
        SocketErrorStatus.softwareCausedConnectionAbort,
      ].some((status) => status === error.status));
    },
  );

  Deno.test(
    `SecureTransport.write() (${name}) makes records of 16 KiB of large chunks`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport, peer, outbound } = pair;
      // The session tickets of the server come before.
      await write(transport, new Uint8Array(1));
      await readExactly(peer, 1);
      const start = outbound.size;
      await writeAll(transport, contentAt(0, 64 * 1024));
      await readExactly(peer, 64 * 1024);
      const records = outbound.recordsFrom(start)
        .filter(({ type }) => type === APPLICATION_DATA);
      assertEquals(records.length, 4);
    },
  );

  Deno.test(
    `SecureTransport (${name}) agrees on an application protocol`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open({
        client: { alpnProtocols: ["a", "b"] },
        server: { alpnProtocols: ["b", "c"] },
      });
      for (const { session } of [pair.transport, pair.peer]) {
        assertEquals(session.alpnProtocol, "b");
      }
    },
  );

  Deno.test(
    `SecureTransport (${name}) has no application protocol if one side has none`,
    ON_LOOPBACK,
    async () => {
      for (
        const options of [
          { client: { alpnProtocols: ["a"] } },
          { server: { alpnProtocols: ["a"] } },
        ]
      ) {
        await using pair = await open(options);
        for (const { session } of [pair.transport, pair.peer]) {
          assertEquals(session.alpnProtocol, "");
        }
      }
    },
  );
}

// The second one waits for the peer to take the end of TLS, for two seconds.
for (const { name, open } of SECURE_KINDS.slice(0, 2)) {
  Deno.test(
    `SecureTransport.close() (${name}) rejects a write that the peer does not take`,
    ON_LOOPBACK,
    async () => {
      await using pair = await open();
      const { transport } = pair;
      pair.outbound.stop();
      const writes = writeAll(transport, new Uint8Array(64 * MIB));
      const rejected = assertRejects(() => writes, SocketError);
      await turnsOfEventLoop(50);
      await transport.close();
      const { status } = await rejected;
      assertEquals(status, SocketErrorStatus.operationAborted);
    },
  );
}

for (const kind of CLIENT_KINDS) {
  Deno.test(
    `SecureTransport (${kind.name}) refuses a server without a common application protocol, on both sides`,
    ON_LOOPBACK,
    async () => {
      const { handshakes, tap } = await shakeHands(kind, {
        client: { alpnProtocols: ["a"] },
        server: { alpnProtocols: ["b"] },
      });
      await using _tap = tap;
      for (const handshake of handshakes) {
        assert(handshake.status === "rejected");
        const { reason } = handshake;
        assert(reason instanceof SocketError);
        assertMatch(reason.message, /no application protocol/);
        assertEquals(
          reason.status,
          SocketErrorStatus.softwareCausedConnectionAbort,
        );
      }
    },
  );
}

for (const collectTlsInformation of [false, true]) {
  const how = collectTlsInformation ? "node:tls" : "the runtime's TLS";
  Deno.test(
    `OutputStream (secure, by ${how}) sends 1000 small writes in a handful of records`,
    ON_LOOPBACK,
    async () => {
      const { root, server: certificate } = await goodIdentities();
      using listener = new StreamSocketListener();
      listener.control.serverCertificate = certificate;
      const level = SocketProtectionLevel.tls12;
      await listener.bindEndpointAsync("127.0.0.1", "", level);
      await using tap = new Tap(Number(listener.information.localPort));
      await using client = new StreamSocket();
      client.control.trustedRootCertificates.push(root);
      client.control.collectTlsInformation = collectTlsInformation;
      const accepted = nextSocket(listener);
      await client.connectAsync("127.0.0.1", tap.port, level);
      await using server = await accepted;
      for (
        const [{ outputStream }, { inputStream }, direction] of [
          [client, server, tap.toServer],
          [server, client, tap.toClient],
        ] as const
      ) {
        // What belongs to the handshake comes before.
        await outputStream.writeAsync(new Uint8Array(1));
        await inputStream.readAsync(new Uint8Array(1));
        const start = direction.size;
        for (let i = 0; i < 1000; i++) {
          outputStream.writeAsync(contentAt(64 * i, 64));
        }
        await outputStream.flushAsync();
        const bytes = await inputStream.readAsync(new Uint8Array(64_000));
        assertContent(bytes, 0);
        const records = direction.recordsFrom(start);
        assertLess(records.length, 6);
      }
    },
  );
}

/** Throws unless the end of a connection is told from that of its data. */
async function assertCutOff(transport: StreamTransport): Promise<void> {
  const error = await assertRejects(
    () => read(transport, new Uint8Array(1)),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
  assertMatch(error.message, /cut off before the end of TLS$/);
}
