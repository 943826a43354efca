/**
 * Runs a broker as a program of its own:
 * `deno run --allow-ffi --allow-read --allow-write --allow-run jsr:@winrt/sockets/broker-process`,
 * and in this project `deno task broker`. With `--help` it shows its options.
 *
 * A program that transfers a socket starts a broker by itself if it may run
 * Deno. One that runs by hand, or as a service, spares programs that permission.
 *
 * @module
 */

/**
 * Runs a broker in this process until it gets `SIGTERM` or `SIGINT`.
 *
 * It is for a program that is the broker and nothing else: one that used it as
 * well would wait for itself. Not in WinRT.
 *
 * @param args The command line; `--help` shows what can be in it.
 * @returns The exit code for the process: 0 if all was well.
 *
 * @example Usage
 * ```ts
 * import { runBrokerProcess } from "@winrt/sockets/broker-process";
 * import { SocketBroker } from "@winrt/sockets/socket-broker";
 * import { assertEquals } from "@std/assert";
 *
 * // The same as --state-directory.
 * SocketBroker.stateDirectory = "/srv/chat/broker";
 *
 * assertEquals(await runBrokerProcess(["--help"]), 0);
 * ```
 */
export async function runBrokerProcess(
  args: readonly string[],
): Promise<number> {
  // Programs that import the whole library need not load a broker.
  const { main } = await import("../_broker/server/main.ts");
  return await main(args);
}

if (import.meta.main) runBrokerProcess(Deno.args).then(Deno.exit);
