import type { Libc } from "../winsock/_libc.ts";
import { mayNotStart } from "./broker_failure.ts";
import { specifierOf } from "./specifier.ts";

/** An automatic broker ends after so many seconds without sockets. */
const IDLE_SECONDS = 60;
/** Linux, `bits/waitflags.h`: without waiting, and it can be waited for again. */
const WAIT_FLAGS = 0x1 | 0x4 | 0x01000000;
const P_PID = 1;
/** `siginfo_t`, and where it has the code that a process has ended with. */
const SIGINFO_SIZE = 128;
const STATUS_OFFSET = 24;
const PROGRAM = new URL("../broker/broker_process.ts", import.meta.url).href;

/**
 * Starts a broker that outlives this program. If two programs do that at once,
 * one of the brokers ends by itself.
 *
 * @throws {InvalidOperationError} Without the permission to run Deno.
 */
export function startBroker(
  action: string,
  directory: string,
): Deno.ChildProcess {
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
  const child = command.spawn();
  child.unref();
  return child;
}

/** Whether a broker has ended with a failure, while this thread is blocked. */
export function hasFailed({ call }: Libc, { pid }: Deno.ChildProcess): boolean {
  const info = new Uint8Array(SIGINFO_SIZE);
  const view = new DataView(info.buffer);
  if (call.waitid(P_PID, pid, info, WAIT_FLAGS) !== 0) return false;
  // It is 0 as well while the process runs.
  return view.getInt32(STATUS_OFFSET, true) !== 0;
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

/** The arguments of an automatic broker, with no permission it can do without. */
export function brokerArguments(directory: string, deno: string): string[] {
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
    `--exit-when-idle=${IDLE_SECONDS}`,
    "--log-file",
  ];
}
