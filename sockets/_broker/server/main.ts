import { type Libc, libc } from "../../winsock/_libc.ts";
import { Poller } from "../../winsock/_poller.ts";
import { socketPath, stateDirectory } from "../state_directory.ts";
import { connectUnix, listenUnix } from "../unix_socket.ts";
import { Broker } from "./broker.ts";
import { launch } from "./launch.ts";
import { boundedFile, type Log, openLog } from "./log.ts";
import {
  type BrokerOptions,
  HELP,
  parseOptions,
  UsageFailure,
} from "./options.ts";
import { Server } from "./server.ts";
import {
  lockDirectory,
  openLogFile,
  prepareDirectory,
  removeFile,
} from "./state_files.ts";
import { TaskProcesses } from "./task_process.ts";
import { TaskRegistry } from "./task_registry.ts";
import { openTaskStorage } from "./task_storage.ts";
import { PollingWatcher } from "./watcher.ts";

/** So often it is looked whether there is something to do, in the time allowed. */
const IDLE_CHECKS = 4;
/** A broker that is ending has so many attempts to be gone. */
const LOCK_ATTEMPTS = 100;
const LOCK_PAUSE = 50;
const CONNECT_SECONDS = 1;

/**
 * Runs a broker until it is told to end, or has had nothing to do for long.
 *
 * @returns The exit code of the process.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === null) {
      write(Deno.stdout, HELP);
      return 0;
    }
    if (libc === null) {
      throw new Error(
        "Cannot run a broker: it needs native calls, which are there on Linux with --allow-ffi",
      );
    }
    if (options.isBackground) await launch(libc, options);
    else await runBroker(libc, options);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    write(Deno.stderr, `broker: ${error.message}\n`);
    return error instanceof UsageFailure ? 2 : 1;
  }
}

function write(target: typeof Deno.stdout, text: string): void {
  target.writeSync(new TextEncoder().encode(text));
}

async function runBroker(libc: Libc, options: BrokerOptions): Promise<void> {
  const directory = options.stateDirectory ?? stateDirectory(libc);
  const path = socketPath(directory);
  prepareDirectory(directory, libc.call.getuid());
  using lock = await lockUnlessServed(libc, directory, path);
  if (lock === null) {
    // It serves whoever has started this one.
    write(Deno.stderr, `broker: another one runs in "${directory}"\n`);
    return;
  }
  const file = options.isLogFile ? openLogFile(directory) : null;
  const log = openLog(
    file === null ? Deno.stderr : boundedFile(file, file.statSync().size),
  );
  try {
    await serve(libc, { ...options, directory, path, log });
  } finally {
    file?.close();
  }
}

/** The lock; null if another broker answers. */
async function lockUnlessServed(
  libc: Libc,
  directory: string,
  path: string,
): Promise<Deno.FsFile | null> {
  for (let i = 0; i < LOCK_ATTEMPTS; i++) {
    const lock = lockDirectory(directory);
    if (lock !== null) return lock;
    const socket = connectUnix(libc, path, CONNECT_SECONDS);
    if (socket >= 0) {
      libc.call.close(socket);
      return null;
    }
    // One that is starting will answer, and one that is ending will be gone.
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE));
  }
  throw new Error(`Cannot use "${directory}": another process has locked it`);
}

interface Service extends BrokerOptions {
  readonly directory: string;
  readonly path: string;
  readonly log: Log;
}

async function serve(libc: Libc, service: Service): Promise<void> {
  const { directory, path, log, maxSockets, maxTasks, taskTime } = service;
  const poller = new Poller(libc);
  const runner = new TaskProcesses({ log, taskTime });
  const broker = new Broker({
    tasks: loadTasks(directory, log),
    watcher: new PollingWatcher(libc, poller),
    runner,
    log,
    stateDirectory: directory,
    maxSockets,
    maxTasks,
    closeDescriptor: libc.call.close,
  });
  // Nobody listens there any more: the lock is held.
  removeFile(path);
  const listener = listenUnix(libc, path);
  if (listener < 0) {
    throw new Error(`Cannot listen on "${path}": error ${-listener}`);
  }
  const server = new Server({ libc, poller, broker, log, listener });
  server.run();
  log.line(`a broker, ${Deno.pid}, listens on "${path}"`);
  log.line(await ended(server, service.idleTime));
  // First the name, so that nobody connects to what is about to end.
  removeFile(path);
  server.close();
  runner.cancelAll();
}

function loadTasks(directory: string, log: Log): TaskRegistry {
  const tasks = new TaskRegistry(openTaskStorage(directory));
  try {
    tasks.load((error) =>
      log.line(`a registered task cannot be read, and is gone: ${error}`)
    );
  } catch (error) {
    log.line(`the registered tasks cannot be read, and are gone: ${error}`);
    Deno.renameSync(`${directory}/tasks.json`, `${directory}/tasks.json.bad`);
  }
  return tasks;
}

/** Resolves with why the broker is to end. */
function ended(server: Server, idleTime: number | null): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => resolve(`the broker got ${signal}`));
  }
  if (idleTime !== null) {
    setInterval(() => {
      if (server.idleTime >= idleTime) resolve("the broker has nothing to do");
    }, idleTime / IDLE_CHECKS);
  }
  return promise;
}
