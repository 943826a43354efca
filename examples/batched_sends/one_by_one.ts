/**
 * Sends packets one by one: each waits until the system has taken the one
 * before.
 *
 * For packets that depend on each other, or that come one at a time: no more
 * than one of them is held in memory. Each costs a system call, so with many
 * of them the two other ways are much faster.
 *
 * WinRT: `await outputStream.WriteAsync(packet)` in a loop, which the UWP guide
 * shows as the way not to do it.
 *
 * ```sh
 * deno run --allow-net examples/batched_sends/one_by_one.ts [--host HOST] [--port PORT]
 * ```
 *
 * @module
 */
import type { OutputStream } from "@winrt/sockets";
import { run } from "./run.ts";

/** Sends packets, and waits for each before it sends the next. */
export async function sendOneByOne(
  outputStream: OutputStream,
  packets: readonly Uint8Array[],
): Promise<void> {
  for (const packet of packets) await outputStream.writeAsync(packet);
}

if (import.meta.main) await run(sendOneByOne);
