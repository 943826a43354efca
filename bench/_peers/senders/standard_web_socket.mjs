// @ts-check
/**
 * Sends with a WebSocket of the web; see `serve_commands.mjs`.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
} from "./serve_commands.mjs";

/** @import * as types from "./standard_web_socket.d.mts" */
/** @import { Command } from "./serve_commands.d.mts" */

/** @type {typeof types.runWebSocket} */
export async function runWebSocket(command, open) {
  const webSocket = open(`ws://127.0.0.1:${command.port}/`);
  webSocket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    webSocket.onopen = resolve;
    webSocket.onerror = reject;
  });
  try {
    if (command.way === "ws-ping-pong") {
      return await measureTrips(command, createTrip(webSocket, command));
    }
    const packets = createPackets(command);
    const send = async () => {
      for (const packet of packets) webSocket.send(packet);
      // There is no other way to tell when they have left.
      while (webSocket.bufferedAmount > 0) await setImmediate();
    };
    return await measureBatches(command, send, () => askForTotal(webSocket));
  } finally {
    webSocket.close();
  }
}

/**
 * @param {WebSocket} webSocket
 * @param {Command} command
 * @returns {() => Promise<unknown>}
 */
function createTrip(webSocket, { size }) {
  const message = new Uint8Array(size);
  let resolveTrip = () => {};
  webSocket.onmessage = () => resolveTrip();
  return () => {
    webSocket.send(message);
    return new Promise((resolve) => resolveTrip = () => resolve(null));
  };
}

/**
 * @param {WebSocket} webSocket
 * @returns {Promise<string>}
 */
async function askForTotal(webSocket) {
  const reply = new Promise((resolve) => {
    webSocket.onmessage = ({ data }) => resolve(data);
  });
  webSocket.send("?");
  return String(await reply);
}
