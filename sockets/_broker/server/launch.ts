import type { Libc } from "../../winsock/_libc.ts";
import { brokerArguments, NO_PRELOADS } from "../start_broker.ts";
import { socketPath, stateDirectory } from "../state_directory.ts";
import { connectUnix } from "../unix_socket.ts";
import { backgroundOptions, type BrokerOptions } from "./options.ts";

/** A broker may take so many milliseconds to answer, in so many attempts. */
const START_TIME = 15_000;
const PAUSE = 20;
const CONNECT_SECONDS = 1;

/**
 * Starts a broker in a session of its own, apart from the terminal of this
 * process and from its signals, and waits until it answers.
 */
export async function launch(
  libc: Libc,
  options: BrokerOptions,
): Promise<void> {
  const directory = options.stateDirectory ?? stateDirectory(libc);
  const deno = Deno.execPath();
  const child = new Deno.Command(deno, {
    args: brokerArguments(directory, deno, backgroundOptions(options)),
    cwd: "/",
    detached: true,
    env: NO_PRELOADS,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const words = new Response(child.stderr).text();
  let hasEnded = false;
  const ended = child.status.then(() => hasEnded = true);
  for (let i = 0; i < START_TIME / PAUSE; i++) {
    // One that has ended may have left the work to another.
    if (answers(libc, directory)) return;
    if (hasEnded) throw new Error((await words).trim());
    await Promise.race([ended, pause()]);
  }
  throw new Error(
    `Cannot start a broker in "${directory}": it does not answer`,
  );
}

function answers(libc: Libc, directory: string): boolean {
  const socket = connectUnix(libc, socketPath(directory), CONNECT_SECONDS);
  if (socket < 0) return false;
  libc.call.close(socket);
  return true;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
