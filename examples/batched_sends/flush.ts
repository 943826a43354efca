/**
 * Sends packets all at once, then flushes: they leave in few system calls, and
 * nobody keeps their promises.
 *
 * The fastest way, and the one for packets that are written in many places: a
 * flush waits for every write before it, and rejects if one of them has failed.
 * They all stay in memory until the system has taken them.
 *
 * WinRT: `WriteAsync(packet)` for each, then `await outputStream.FlushAsync()`,
 * for all languages from Windows 10 on. Before, `FlushAsync` did not wait. There
 * no buffer may change before the flush is complete; here that is so from 4 KiB
 * on, and smaller ones are copied.
 *
 * ```sh
 * deno run --allow-net examples/batched_sends/flush.ts [--host HOST] [--port PORT]
 * ```
 *
 * @module
 */
import type { OutputStream } from "@winrt/sockets";
import { run } from "./run.ts";

/** Sends packets without waiting in between, then flushes. */
export async function sendAndFlush(
  outputStream: OutputStream,
  packets: readonly Uint8Array[],
): Promise<void> {
  for (const packet of packets) outputStream.writeAsync(packet);
  await outputStream.flushAsync();
}

if (import.meta.main) await run(sendAndFlush);
