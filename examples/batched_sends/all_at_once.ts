/**
 * Sends packets all at once, then waits for all of them: they leave in few
 * system calls.
 *
 * For when the result of each packet matters: every write has its promise, and
 * `Promise.allSettled` in place of `Promise.all` tells which packets the system
 * has not taken. They all stay in memory until it has.
 *
 * WinRT: `WriteAsync(packet).AsTask()` for each, then `await Task.WhenAll(…)`,
 * for C# alone. There no buffer may change before its write is complete; here
 * that is so from 4 KiB on, and smaller ones are copied.
 *
 * ```sh
 * deno run --allow-net examples/batched_sends/all_at_once.ts [--host HOST] [--port PORT]
 * ```
 *
 * @module
 */
import type { OutputStream } from "@winrt/sockets";
import { run } from "./run.ts";

/** Sends packets without waiting in between, then waits for their writes. */
export async function sendAllAtOnce(
  outputStream: OutputStream,
  packets: readonly Uint8Array[],
): Promise<void> {
  await Promise.all(packets.map((packet) => outputStream.writeAsync(packet)));
}

if (import.meta.main) await run(sendAllAtOnce);
