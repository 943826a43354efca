import type { TaskRegistration } from "../protocol.ts";
import { NO_PRELOADS } from "../start_broker.ts";
import type { Log } from "./log.ts";
import {
  type TaskActivation,
  taskArguments,
  taskFolder,
  taskModule,
} from "./task_module.ts";

/** A task may end by itself for so many milliseconds, once it is asked to. */
const GRACE_TIME = 2_000;

/** Runs tasks, each in a process of its own. */
export interface TaskRunner {
  /** Resolves once the task has ended, with whether that was well. */
  run(task: TaskRegistration, activation: TaskActivation): Promise<boolean>;
  /** Asks the processes of a task to end. */
  cancel(application: string, taskId: string): void;
}

interface Running {
  readonly application: string;
  readonly taskId: string;
  readonly child: Deno.ChildProcess;
  killTimer: ReturnType<typeof setTimeout> | undefined;
}

/** How {@linkcode TaskProcesses} run. */
export interface TaskProcessOptions {
  readonly log: Log;
  /** A task may run for so many milliseconds. */
  readonly taskTime: number;
}

/** Runs tasks by Deno. */
export class TaskProcesses implements TaskRunner {
  readonly #log: Log;
  readonly #taskTime: number;
  readonly #running = new Set<Running>();

  constructor({ log, taskTime }: TaskProcessOptions) {
    this.#log = log;
    this.#taskTime = taskTime;
  }

  async run(
    task: TaskRegistration,
    activation: TaskActivation,
  ): Promise<boolean> {
    const name = `the task ${JSON.stringify(task.name)}`;
    const child = this.#spawn(task, activation, name);
    if (child === null) return false;
    const { application, taskId } = activation;
    const running = { application, taskId, child, killTimer: undefined };
    this.#running.add(running);
    const { pid } = child;
    this.#log.line(
      `${name} has started as ${pid} for the socket ${
        JSON.stringify(activation.socket.id)
      }, reason ${activation.reason}`,
    );
    const timer = setTimeout(() => {
      this.#log.line(`${name} has run too long, and is ended`);
      this.#end(running);
    }, this.#taskTime);
    const { success, code, signal } = await child.status;
    clearTimeout(timer);
    this.#forget(running);
    const how = success ? "is done" : `has failed with ${signal ?? code}`;
    this.#log.line(`${name}, ${pid}, ${how}`);
    return success;
  }

  cancel(application: string, taskId: string): void {
    for (const running of this.#running) {
      if (running.application !== application) continue;
      if (running.taskId === taskId) this.#end(running);
    }
  }

  /** Asks all of them to end, as the broker does when it ends. */
  cancelAll(): void {
    for (const running of this.#running) this.#end(running);
  }

  #spawn(
    task: TaskRegistration,
    activation: TaskActivation,
    name: string,
  ): Deno.ChildProcess | null {
    try {
      const child = new Deno.Command(Deno.execPath(), {
        args: taskArguments(task),
        cwd: taskFolder(task.entryPoint),
        env: NO_PRELOADS,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      feed(child.stdin, taskModule(task, activation));
      copy(child.stdout, this.#log);
      copy(child.stderr, this.#log);
      return child;
    } catch (error) {
      this.#log.line(`${name} could not be started: ${error}`);
      return null;
    }
  }

  #end(running: Running): void {
    if (running.killTimer !== undefined) return;
    kill(running.child, "SIGTERM");
    running.killTimer = setTimeout(
      () => kill(running.child, "SIGKILL"),
      GRACE_TIME,
    );
  }

  #forget(running: Running): void {
    clearTimeout(running.killTimer);
    this.#running.delete(running);
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended in between.
  }
}

async function feed(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
  text: string,
): Promise<void> {
  try {
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // It has ended before it has read its program, and its status tells why.
  }
}

async function copy(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
  log: Log,
): Promise<void> {
  try {
    for await (const chunk of output) log.write(chunk);
  } catch {
    // What it would have written is lost, and nothing else.
  }
}
