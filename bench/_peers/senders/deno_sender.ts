/**
 * Sends with the runtime's own calls; see `serve_commands.mjs`.
 *
 * @module
 */
import { runDatagrams } from "./deno_datagrams.ts";
// @ts-types="./node_datagrams.d.mts"
import { runDatagrams as runNodeDatagrams } from "./node_datagrams.mjs";
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
  serveCommands,
  streamPackets,
} from "./serve_commands.mjs";
// @ts-types="./standard_web_socket.d.mts"
import { runWebSocket } from "./standard_web_socket.mjs";
import { CERTIFICATE } from "./tls_identity.mjs";

type Send = () => Promise<void>;

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  // A write may take a part only.
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

function chooseWay(conn: Deno.Conn, command: Command): Send {
  const packets = createPackets(command);
  switch (command.way) {
    case "write":
    case "tls-write":
      return async () => {
        for (const packet of packets) await writeAll(conn, packet);
      };
    case "writer": {
      const writer = conn.writable.getWriter();
      return async () => {
        for (const packet of packets) await writer.write(packet);
      };
    }
    case "pipe-to":
      return () =>
        streamPackets(packets).pipeTo(conn.writable, { preventClose: true });
    default:
      throw new Error(`Cannot send by "${command.way}": not a way of Deno`);
  }
}

async function readToEnd(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(32);
  let text = "";
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return text;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

function createTrip(conn: Deno.Conn, { size }: Command): Send {
  const message = new Uint8Array(size);
  const reply = new Uint8Array(size);
  return async () => {
    await writeAll(conn, message);
    for (let filled = 0; filled < size;) {
      const count = await conn.read(reply.subarray(filled));
      if (count === null) throw new Error("The other side has gone");
      filled += count;
    }
  };
}

async function connect({ port }: Command): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  return conn;
}

async function connectTls(command: Command): Promise<Deno.TlsConn> {
  const conn = await Deno.startTls(await connect(command), {
    hostname: "localhost",
    caCerts: [CERTIFICATE],
  });
  await conn.handshake();
  return conn;
}

async function run(command: Command): Promise<Answer> {
  const { way } = command;
  if (way.startsWith("udp-node-")) {
    return await runNodeDatagrams({
      ...command,
      way: way.replace("node-", ""),
    });
  }
  if (way.startsWith("udp-")) return await runDatagrams(command);
  if (way.startsWith("ws-")) {
    return await runWebSocket(command, (url) => new WebSocket(url));
  }
  const conn = way.startsWith("tls-")
    ? await connectTls(command)
    : await connect(command);
  try {
    if (way === "ping-pong") {
      return await measureTrips(command, createTrip(conn, command));
    }
    return await measureBatches(command, chooseWay(conn, command), async () => {
      await conn.closeWrite();
      return await readToEnd(conn);
    });
  } finally {
    conn.close();
  }
}

const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
await serveCommands(input, run);
