import { mayNotStart } from "./broker_failure.ts";
import { specifierOf } from "./specifier.ts";

/** An automatic broker ends after so many seconds without sockets. */
const IDLE_SECONDS = 60;
const PROGRAM = new URL("../broker/broker_process.ts", import.meta.url).href;

/**
 * Starts a broker that outlives this program. If two programs do that at once,
 * one of the brokers ends by itself.
 *
 * @throws {InvalidOperationError} Without the permission to run Deno.
 */
export function startBroker(action: string, directory: string): void {
  const path = denoCommand();
  if (path === null) throw mayNotStart(action, directory);
  const command = new Deno.Command(path, {
    args: brokerArguments(directory, Deno.execPath()),
    // Apart from the terminal of this program, and from its signals.
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  command.spawn().unref();
}

/** How this program may run Deno; null if it may not. */
function denoCommand(): string | null {
  for (const command of [Deno.execPath(), "deno"]) {
    const { state } = Deno.permissions.querySync({ name: "run", command });
    if (state === "granted") return command;
  }
  return null;
}

/** The arguments of an automatic broker, with no permission it can do without. */
export function brokerArguments(directory: string, deno: string): string[] {
  // A comma in a list of permissions is written twice.
  const path = directory.replaceAll(",", ",,");
  return [
    "run",
    "--no-prompt",
    "--quiet",
    "--allow-ffi",
    `--allow-read=${path}`,
    `--allow-write=${path}`,
    `--allow-run=${deno.replaceAll(",", ",,")}`,
    specifierOf(PROGRAM),
    `--state-directory=${directory}`,
    `--exit-when-idle=${IDLE_SECONDS}`,
    "--log-file",
  ];
}
