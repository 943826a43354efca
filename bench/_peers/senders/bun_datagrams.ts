/**
 * Sends and receives datagrams with Bun's own sockets; see
 * `serve_commands.mjs`.
 *
 * @module
 */
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  Arrivals,
  createPackets,
  measureArrivals,
  measureDatagrams,
} from "./serve_commands.mjs";

/** What is used of Bun's socket (https://bun.sh/docs/api/udp). */
interface BunDatagramSocket {
  /** False if the system has no room. */
  send(bytes: Uint8Array): boolean;
  /** How many the system took. */
  sendMany(packets: readonly Uint8Array[]): number;
  close(): void;
}
interface BunDatagramOptions {
  hostname: string;
  connect: { hostname: string; port: number };
  socket: { data(): void; drain(): void };
}
declare const Bun: {
  udpSocket(options: BunDatagramOptions): Promise<BunDatagramSocket>;
};

/** Runs a command whose way begins with `udp-`. */
export async function runDatagrams(command: Command): Promise<Answer> {
  const hostname = "127.0.0.1";
  const arrivals = new Arrivals();
  let onDrain = (): void => {};
  const socket = await Bun.udpSocket({
    hostname,
    connect: { hostname, port: command.port },
    socket: { data: () => arrivals.add(), drain: () => onDrain() },
  });
  const room = (): Promise<void> =>
    new Promise<void>((resolve) => onDrain = resolve);
  const sendOne = async (packet: Uint8Array): Promise<void> => {
    while (!socket.send(packet)) await room();
  };
  try {
    const packets = createPackets(command);
    if (command.way === "udp-send") {
      return await measureDatagrams(command, async () => {
        for (const packet of packets) {
          if (!socket.send(packet)) await sendOne(packet);
        }
      });
    }
    if (command.way === "udp-send-many") {
      return await measureDatagrams(command, async () => {
        for (let sent = 0; sent < packets.length;) {
          const count = socket.sendMany(packets.slice(sent));
          if (count === 0) await room();
          sent += count;
        }
      });
    }
    return await measureArrivals(
      command,
      sendOne,
      (count) => arrivals.next(count),
    );
  } finally {
    socket.close();
  }
}
