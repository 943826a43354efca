// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Searches the network for devices such as televisions and routers (SSDP, the
 * discovery of UPnP), and prints a line for each that answers: its address,
 * what it is, and where it is described.
 *
 * ```sh
 * deno run --allow-net examples/ssdp_discovery.ts [--seconds 3]
 *   [--target ssdp:all] [--address ADDRESS]
 * ```
 *
 * The search goes to a multicast group, and each device answers to the socket
 * that sent it. So the socket joins no group, and does not set `multicastOnly`.
 * With several networks, `--address` tells by which to search: it is the
 * computer's own address there.
 *
 * @module
 */
import { DatagramSocket } from "@winrt/sockets";
import { describeFailure } from "./echo/failure.ts";
import { parseOptions, toSeconds } from "./_options.ts";
import {
  decodeResponse,
  encodeSearch,
  SSDP_GROUP,
  SSDP_PORT,
} from "./ssdp/message.ts";

/** Datagrams get lost, so a search is sent more than once. */
const SEND_COUNT = 2;

try {
  const option = parseOptions(Deno.args, {
    seconds: "3",
    target: "ssdp:all",
    address: "0.0.0.0",
  });
  const seconds = toSeconds("seconds", option("seconds"));
  await search(option("target"), option("address"), seconds);
} catch (error) {
  console.error(describeFailure(error));
  Deno.exitCode = 1;
}

async function search(
  target: string,
  address: string,
  seconds: number,
): Promise<void> {
  using socket = new DatagramSocket();
  await socket.bindEndpointAsync(address, "");
  const group = await socket.getOutputStreamAsync(SSDP_GROUP, SSDP_PORT);
  const maxDelay = Math.min(Math.max(Math.floor(seconds) - 1, 1), 5);
  for (let i = 0; i < SEND_COUNT; i++) {
    group.writeAsync(encodeSearch(target, maxDelay));
  }
  await group.flushAsync();

  const found = new Set<string>();
  // Closing ends the loop.
  setTimeout(() => socket.close(), seconds * 1000);
  for await (const message of socket) {
    const response = decodeResponse(message.getDataReader().detachBuffer());
    if (response === null || found.has(response.id)) continue;
    found.add(response.id);
    const { target, location } = response;
    console.log(`${message.remoteAddress} ${target} ${location}`.trimEnd());
  }
  console.log(`${found.size} found in ${seconds} s`);
}
