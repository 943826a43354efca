import { toSocketError } from "../../errors/_classify.ts";
import { brokerNotStarted, mayNotStart } from "./broker_failure.ts";
import { specifierOf } from "./specifier.ts";

/** An automatic broker ends after so many seconds without sockets. */
const IDLE_SECONDS = 60;
const PROGRAM = new URL("../broker/broker_process.ts", import.meta.url).href;

/**
 * Deno starts no program with variables that have it load other code, unless it
 * may run all programs. Empty ones do nothing (ld.so(8)).
 */
export const NO_PRELOADS = { LD_LIBRARY_PATH: "", LD_PRELOAD: "" } as const;

/**
 * Starts a broker that outlives this program, by way of a program that ends when
 * the broker answers: so this one has no child that it would have to wait for.
 * If two programs do that at once, one of the brokers ends by itself.
 *
 * @throws {InvalidOperationError} Without the permission to run Deno.
 * @throws {SocketError} If the broker fails.
 */
export function startBroker(action: string, directory: string): void {
  const launch = launcher(action, directory);
  try {
    check(action, launch.outputSync());
  } catch (error) {
    throw toSocketError(error, action);
  }
}

/** The same, while other things go on. */
export async function startBrokerAsync(
  action: string,
  directory: string,
): Promise<void> {
  const launch = launcher(action, directory);
  try {
    check(action, await launch.output());
  } catch (error) {
    throw toSocketError(error, action);
  }
}

function launcher(action: string, directory: string): Deno.Command {
  const path = denoCommand();
  if (path === null) throw mayNotStart(action, directory);
  const options = ["--background", `--exit-when-idle=${IDLE_SECONDS}`];
  return new Deno.Command(path, {
    args: brokerArguments(directory, Deno.execPath(), options),
    // Where nobody can have put a configuration.
    cwd: "/",
    env: NO_PRELOADS,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
}

function check(
  action: string,
  { success, stderr }: {
    readonly success: boolean;
    readonly stderr: Uint8Array;
  },
): void {
  if (!success) {
    throw brokerNotStarted(action, new TextDecoder().decode(stderr).trim());
  }
}

/** How this program may run Deno; null if it may not. */
function denoCommand(): string | null {
  // A compiled program is not Deno, and its modules are in no file.
  if (Deno.build.standalone) return null;
  for (const command of [Deno.execPath(), "deno"]) {
    const { state } = Deno.permissions.querySync({ name: "run", command });
    if (state === "granted") return command;
  }
  return null;
}

/** The arguments of Deno for a broker, with no permission it can do without. */
export function brokerArguments(
  directory: string,
  deno: string,
  options: readonly string[],
): string[] {
  return [
    "run",
    "--no-prompt",
    "--quiet",
    "--allow-ffi",
    `--allow-read=${directory}`,
    `--allow-write=${directory}`,
    `--allow-run=${deno}`,
    specifierOf(PROGRAM),
    `--state-directory=${directory}`,
    ...options,
  ];
}
