// @ts-check
/**
 * Sends and receives datagrams with Node's `dgram`; see `serve_commands.mjs`.
 *
 * @module
 */
import { createSocket } from "node:dgram";
// @ts-types="./serve_commands.d.mts"
import {
  Arrivals,
  createPackets,
  measureArrivals,
  measureDatagrams,
} from "./serve_commands.mjs";

/** @import { Socket } from "node:dgram" */
/** @import { Answer, Command } from "./serve_commands.d.mts" */

/**
 * Runs a command whose way begins with `udp-`.
 *
 * @param {Command} command
 * @returns {Promise<Answer>}
 */
export async function runDatagrams(command) {
  const socket = createSocket("udp4");
  try {
    // By itself it would bind to all addresses, which takes more permissions.
    await new Promise((resolve) =>
      socket.bind(0, "127.0.0.1", () => resolve(null))
    );
    if (command.way === "udp-send-to") {
      return await measureDatagrams(command, createSend(socket, command, true));
    }
    await new Promise((resolve) =>
      socket.connect(command.port, "127.0.0.1", () => resolve(null))
    );
    if (command.way === "udp-send") {
      return await measureDatagrams(
        command,
        createSend(socket, command, false),
      );
    }
    const arrivals = new Arrivals();
    socket.on("message", () => arrivals.add());
    return await measureArrivals(
      command,
      (request) => new Promise((resolve) => socket.send(request, resolve)),
      (count) => arrivals.next(count),
    );
  } finally {
    socket.close();
  }
}

/**
 * @param {Socket} socket
 * @param {Command} command
 * @param {boolean} isNamed Whether each datagram names where it goes.
 * @returns {() => Promise<void>}
 */
function createSend(socket, command, isNamed) {
  const packets = createPackets(command);
  return () =>
    new Promise((resolve, reject) => {
      let left = packets.length;
      /** @param {Error | null} error */
      function onSent(error) {
        if (error) reject(error);
        else if (--left === 0) resolve();
      }
      for (const packet of packets) {
        if (isNamed) socket.send(packet, command.port, "127.0.0.1", onSent);
        else socket.send(packet, onSent);
      }
    });
}
