/**
 * Sends with Bun's own sockets; see `serve_commands.mjs`.
 *
 * @module
 */
import process from "node:process";
import { runDatagrams } from "./bun_datagrams.ts";
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
  serveCommands,
} from "./serve_commands.mjs";
// @ts-types="./standard_web_socket.d.mts"
import { runWebSocket } from "./standard_web_socket.mjs";

/** What is used of Bun's socket (https://bun.sh/docs/api/tcp). */
interface BunSocket {
  /** Takes as much as the system does; -1 for a socket that is closed. */
  write(bytes: Uint8Array): number;
  setNoDelay(noDelay: boolean): boolean;
  shutdown(): void;
  terminate(): void;
}
interface BunSocketHandler {
  data(socket: BunSocket, bytes: Uint8Array): void;
  drain(socket: BunSocket): void;
  close(socket: BunSocket): void;
}
interface BunConnectOptions {
  hostname: string;
  port: number;
  socket: BunSocketHandler;
}
declare const Bun: {
  connect(options: BunConnectOptions): Promise<BunSocket>;
};

type Send = () => Promise<void>;

/** As much as the slab of this library. */
const SLAB_SIZE = 128 * 1024;

/** A connection, with promises in place of events. */
class Connection {
  readonly #closed = Promise.withResolvers<void>();
  #socket: BunSocket | null = null;
  #onDrain: () => void = () => {};
  onData: (bytes: Uint8Array) => void = () => {};

  async open(port: number): Promise<void> {
    const socket: BunSocketHandler = {
      data: (_, bytes) => this.onData(bytes),
      drain: () => this.#onDrain(),
      close: () => this.#closed.resolve(),
    };
    this.#socket = await Bun.connect({ hostname: "127.0.0.1", port, socket });
    this.#socket.setNoDelay(true);
  }

  /** How many bytes the system took at once. */
  write(bytes: Uint8Array): number {
    const count = this.#socket?.write(bytes) ?? -1;
    if (count < 0) throw new Error("The other side has gone");
    return count;
  }

  /** Writes what a {@linkcode write} left. */
  async writeRest(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      await new Promise<void>((resolve) => this.#onDrain = resolve);
      rest = rest.subarray(this.write(rest));
    }
  }

  async finish(): Promise<string> {
    let text = "";
    this.onData = (bytes) => text += new TextDecoder().decode(bytes);
    this.#socket?.shutdown();
    await this.#closed.promise;
    return text;
  }

  close(): void {
    this.#socket?.terminate();
  }
}

function chooseWay(connection: Connection, command: Command): Send {
  const packets = createPackets(command);
  switch (command.way) {
    case "write":
      return async () => {
        for (const packet of packets) {
          const count = connection.write(packet);
          if (count < packet.length) {
            await connection.writeRest(packet.subarray(count));
          }
        }
      };
    case "coalesce":
      return coalesce(connection, packets);
    default:
      throw new Error(`Cannot send by "${command.way}": not a way of Bun`);
  }
}

function coalesce(
  connection: Connection,
  packets: readonly Uint8Array[],
): Send {
  const slab = new Uint8Array(SLAB_SIZE);
  let filled = 0;
  async function flush(): Promise<void> {
    const bytes = slab.subarray(0, filled);
    filled = 0;
    const count = connection.write(bytes);
    if (count < bytes.length) {
      await connection.writeRest(bytes.subarray(count));
    }
  }
  return async () => {
    for (const packet of packets) {
      if (filled + packet.length > slab.length) await flush();
      slab.set(packet, filled);
      filled += packet.length;
    }
    await flush();
  };
}

function createTrip(connection: Connection, { size }: Command): Send {
  const message = new Uint8Array(size);
  let missing = 0;
  let resolveTrip = (): void => {};
  connection.onData = (bytes) => {
    missing -= bytes.length;
    if (missing === 0) resolveTrip();
  };
  return () => {
    missing = size;
    connection.write(message);
    return new Promise((resolve) => resolveTrip = resolve);
  };
}

async function run(command: Command): Promise<Answer> {
  if (command.way.startsWith("udp-")) return await runDatagrams(command);
  if (command.way.startsWith("ws-")) {
    return await runWebSocket(command, (url) => new WebSocket(url));
  }
  const connection = new Connection();
  await connection.open(command.port);
  try {
    if (command.way === "ping-pong") {
      return await measureTrips(command, createTrip(connection, command));
    }
    const send = chooseWay(connection, command);
    return await measureBatches(command, send, () => connection.finish());
  } finally {
    connection.close();
  }
}

process.stdin.setEncoding("utf8");
await serveCommands(process.stdin, run);
