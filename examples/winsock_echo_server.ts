// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends back what each client sends, the way that a program of Winsock does: by
 * calls that wait, or by `select` or `WSAPoll` for many clients at once.
 *
 * ```sh
 * deno run --allow-ffi --allow-net examples/winsock_echo_server.ts [--mode=blocking|select|wsapoll] [--port=1337]
 * ```
 *
 * @module
 */
import { ArgumentError } from "@winrt/sockets";
import { MAKEWORD, WSACleanup, WSAStartup } from "@winrt/sockets/winsock";
import { parseOptions, toInteger } from "./_options.ts";
import { serveBlocking } from "./winsock_echo/blocking.ts";
import { openListener } from "./winsock_echo/calls.ts";
import { serveBySelect } from "./winsock_echo/select.ts";
import { serveByPoll } from "./winsock_echo/wsa_poll.ts";

const MODES: ReadonlyMap<string, (listener: number) => never> = new Map([
  ["blocking", serveBlocking],
  ["select", serveBySelect],
  ["wsapoll", serveByPoll],
]);

function run(): void {
  const option = parseOptions(Deno.args, { mode: "blocking", port: "1337" });
  const serve = MODES.get(option("mode"));
  if (serve === undefined) {
    const modes = [...MODES.keys()].join(", ");
    throw new ArgumentError(
      `Invalid value of --mode "${option("mode")}": there are ${modes}`,
    );
  }
  const port = toInteger("port", option("port"), { least: 0, most: 65_535 });
  WSAStartup(MAKEWORD(2, 2));
  try {
    const listener = openListener(port);
    console.log(`Listening on port ${listener.port}`);
    serve(listener.s);
  } finally {
    WSACleanup();
  }
}

try {
  run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
}
