// @ts-check
/**
 * Sends with Node's `net`; see `serve_commands.mjs`.
 *
 * @module
 */
import { once } from "node:events";
import { connect } from "node:net";
import process from "node:process";
import { connect as connectTls } from "node:tls";
import { runDatagrams } from "./node_datagrams.mjs";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
  serveCommands,
} from "./serve_commands.mjs";
// @ts-types="./standard_web_socket.d.mts"
import { runWebSocket } from "./standard_web_socket.mjs";
import { CERTIFICATE } from "./tls_identity.mjs";

/** @import { Socket } from "node:net" */
/** @import { Answer, Command } from "./serve_commands.d.mts" */

/**
 * @param {Socket} socket
 * @param {Uint8Array} packet
 * @returns {Promise<void>}
 */
function write(socket, packet) {
  return new Promise((resolve, reject) => {
    socket.write(packet, (error) => error ? reject(error) : resolve());
  });
}

/**
 * @param {Socket} socket
 * @param {Command} command
 * @returns {() => Promise<void>}
 */
function chooseWay(socket, command) {
  const packets = createPackets(command);
  const last = packets.pop() ?? new Uint8Array();
  switch (command.way) {
    case "write":
      return async () => {
        for (const packet of packets) await write(socket, packet);
        await write(socket, last);
      };
    case "cork":
    case "tls-cork":
      return async () => {
        socket.cork();
        for (const packet of packets) socket.write(packet);
        const written = write(socket, last);
        socket.uncork();
        await written;
      };
    default:
      throw new Error(`Cannot send by "${command.way}": not a way of Node`);
  }
}

/**
 * @param {Socket} socket
 * @param {Command} command
 * @returns {() => Promise<void>}
 */
function createTrip(socket, { size }) {
  const message = new Uint8Array(size);
  let missing = 0;
  let resolveTrip = () => {};
  socket.on("data", (bytes) => {
    missing -= bytes.length;
    if (missing === 0) resolveTrip();
  });
  return () => {
    missing = size;
    socket.write(message);
    return new Promise((resolve) => resolveTrip = resolve);
  };
}

/**
 * @param {Socket} socket
 * @returns {Promise<string>}
 */
async function finish(socket) {
  socket.end();
  let text = "";
  for await (const bytes of socket) text += bytes;
  return text;
}

/**
 * @param {Command} command
 * @returns {Promise<Socket>}
 */
async function open({ port, way }) {
  const address = { host: "127.0.0.1", port, noDelay: true };
  if (!way.startsWith("tls-")) {
    const socket = connect(address);
    await once(socket, "connect");
    return socket;
  }
  const tls = { servername: "localhost", ca: CERTIFICATE };
  const socket = connectTls({ ...address, ...tls });
  await once(socket, "secureConnect");
  return socket;
}

/**
 * Sends with `ws`, whose address is the argument of this program.
 *
 * @param {Command} command
 * @returns {Promise<Answer>}
 */
async function runWs(command) {
  const { default: WebSocket } = await import(process.argv[2] ?? "ws");
  return await runWebSocket(command, (url) => new WebSocket(url));
}

/**
 * @param {Command} command
 * @returns {Promise<Answer>}
 */
async function run(command) {
  if (command.way.startsWith("udp-")) return await runDatagrams(command);
  if (command.way.startsWith("ws-")) return await runWs(command);
  const { way } = command;
  const socket = await open(command);
  try {
    if (way === "ping-pong") {
      return await measureTrips(command, createTrip(socket, command));
    }
    const send = chooseWay(socket, command);
    return await measureBatches(command, send, () => finish(socket));
  } finally {
    socket.destroy();
  }
}

process.stdin.setEncoding("utf8");
await serveCommands(process.stdin, run);
