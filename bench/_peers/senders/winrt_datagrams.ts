/**
 * Sends and receives datagrams with this library; see `serve_commands.mjs`.
 *
 * @module
 */
import { DatagramSocket } from "@winrt/sockets";
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  Arrivals,
  createPackets,
  measureArrivals,
  measureDatagrams,
} from "./serve_commands.mjs";

type Next = (count: number) => Promise<unknown>;

/** Runs a command whose way begins with `udp-`. */
export async function runDatagrams(command: Command): Promise<Answer> {
  await using socket = new DatagramSocket();
  await socket.bindEndpointAsync("127.0.0.1", "");
  await socket.connectAsync("127.0.0.1", command.port);
  const output = socket.outputStream;
  switch (command.way) {
    case "udp-send": {
      const packets = createPackets(command);
      return await measureDatagrams(command, () => {
        for (const packet of packets) output.writeAsync(packet);
        return output.flushAsync();
      });
    }
    case "udp-receive":
    case "udp-receive-events": {
      const next = command.way === "udp-receive"
        ? iterate(socket)
        : listen(socket);
      const ask = (request: Uint8Array): Promise<unknown> =>
        output.writeAsync(request);
      return await measureArrivals(command, ask, next);
    }
    default:
      throw new Error(`Cannot do "${command.way}": not a way of the library`);
  }
}

function iterate(socket: DatagramSocket): Next {
  const messages = socket[Symbol.asyncIterator]();
  return async (count) => {
    for (let i = 0; i < count; i++) await messages.next();
  };
}

function listen(socket: DatagramSocket): Next {
  const arrivals = new Arrivals();
  socket.addEventListener("messagereceived", () => arrivals.add());
  return (count) => arrivals.next(count);
}
