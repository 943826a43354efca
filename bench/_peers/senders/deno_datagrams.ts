/**
 * Sends and receives datagrams with the runtime's own calls; see
 * `serve_commands.mjs`.
 *
 * @module
 */
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureArrivals,
  measureDatagrams,
} from "./serve_commands.mjs";

/** No datagram is longer. */
const BUFFER_SIZE = 65_535;

/** Runs a command whose way begins with `udp-`. */
export async function runDatagrams(command: Command): Promise<Answer> {
  const hostname = "127.0.0.1";
  const to: Deno.NetAddr = { transport: "udp", hostname, port: command.port };
  const conn = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  try {
    const receive = chooseReceive(conn, command);
    if (receive !== null) {
      const ask = (request: Uint8Array): Promise<unknown> =>
        conn.send(request, to);
      return await measureArrivals(command, ask, async (count) => {
        for (let i = 0; i < count; i++) await receive();
      });
    }
    return await measureDatagrams(command, chooseSend(conn, to, command));
  } finally {
    conn.close();
  }
}

function chooseReceive(
  conn: Deno.DatagramConn,
  { way }: Command,
): (() => Promise<unknown>) | null {
  if (way === "udp-receive") return () => conn.receive();
  if (way !== "udp-receive-into") return null;
  const buffer = new Uint8Array(BUFFER_SIZE);
  return () => conn.receive(buffer);
}

function chooseSend(
  conn: Deno.DatagramConn,
  to: Deno.NetAddr,
  command: Command,
): () => Promise<unknown> {
  const packets = createPackets(command);
  if (command.way === "udp-send") {
    return () => Promise.all(packets.map((packet) => conn.send(packet, to)));
  }
  return async () => {
    for (const packet of packets) await conn.send(packet, to);
  };
}
