// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends what many telephone calls would: every 20 ms a packet of each call, all
 * of them in one batch. The receiver tells what got lost, and the jitter.
 *
 * ```sh
 * deno run --allow-net examples/paced_sender.ts receive [--port 5004]
 * deno run --allow-net examples/paced_sender.ts send [--port 5004]
 *   [--host localhost] [--calls 10] [--seconds 5]
 * ```
 *
 * With `--allow-ffi` on Linux, a batch leaves in one system call.
 *
 * @module
 */
import { ArgumentError } from "@winrt/sockets";
import { parseOptions, toInteger, toSeconds } from "./_options.ts";
import { describeFailure } from "./echo/failure.ts";
import { receiveCalls } from "./paced_sender/receiver.ts";
import { sendCalls } from "./paced_sender/sender.ts";

const MAX_CALLS = 10_000;

const [command, ...args] = Deno.args;
try {
  await run();
} catch (error) {
  console.error(describeFailure(error));
  Deno.exitCode = 1;
}

async function run(): Promise<void> {
  if (command === "receive") {
    const option = parseOptions(args, { port: "5004" });
    await receiveCalls(option("port"));
  } else if (command === "send") {
    const option = parseOptions(args, {
      port: "5004",
      host: "localhost",
      calls: "10",
      seconds: "5",
    });
    await sendCalls({
      host: option("host"),
      port: option("port"),
      calls: toInteger("calls", option("calls"), { least: 1, most: MAX_CALLS }),
      seconds: toSeconds("seconds", option("seconds")),
    });
  } else {
    throw new ArgumentError(
      `Unknown command "${command ?? ""}": there are send and receive`,
    );
  }
}
