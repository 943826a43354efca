import {
  activate,
  endTask,
  KEPT,
  retryTask,
  startTask,
  startWatch,
} from "./activation.ts";
import type { Entry, HeldSockets } from "./held_sockets.ts";
import type { Log } from "./log.ts";
import type { TaskRunner } from "./task_process.ts";
import { TaskQueue } from "./task_queue.ts";
import type { TaskRegistry } from "./task_registry.ts";
import type { SocketWatcher } from "./watcher.ts";

/** What an {@linkcode Activator} works with. */
export interface ActivatorParts {
  readonly sockets: HeldSockets;
  readonly tasks: TaskRegistry;
  readonly watcher: SocketWatcher;
  readonly runner: TaskRunner;
  readonly log: Log;
  readonly stateDirectory: string;
  /** So many tasks run at once. */
  readonly maxTasks: number;
}

/** Starts the tasks of sockets when something happens to them. */
export class Activator {
  readonly #parts: ActivatorParts;
  readonly #queue: TaskQueue;

  constructor(parts: ActivatorParts) {
    this.#parts = parts;
    this.#queue = new TaskQueue(parts.maxTasks);
  }

  /** Whether no task runs, nor is to run. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Begins with a socket that has come. */
  start(entry: Entry): void {
    entry.watch = startWatch(entry.record.taskId);
    this.resume(entry);
  }

  /** Leaves a socket alone, which a program is about to take. */
  pause(entry: Entry): void {
    this.#parts.watcher.unwatch(entry);
  }

  /** Leaves a socket alone until it is transferred anew. */
  stop(entry: Entry): void {
    this.pause(entry);
    entry.watch = KEPT;
  }

  /** Does what is next for a socket, unless a program is taking it. */
  resume(entry: Entry): void {
    if (entry.isMoving) return;
    const { watch } = entry;
    switch (watch.name) {
      case "watched":
        this.#parts.watcher.watch(entry, (reason) => {
          entry.watch = activate(watch, reason);
          this.resume(entry);
        });
        break;
      case "due":
        this.#queue.add(() => this.#run(entry));
        break;
      case "waiting":
        setTimeout(() => {
          if (entry.watch !== watch || !this.#isHeld(entry)) return;
          entry.watch = retryTask(watch);
          this.resume(entry);
        }, watch.delay);
        break;
    }
  }

  #isHeld(entry: Entry): boolean {
    return this.#parts.sockets.has(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { tasks, runner, stateDirectory } = this.#parts;
    const { application, record, watch } = entry;
    const task = tasks.get(application, record.taskId ?? "");
    // It may have been taken while it was waiting for its turn.
    const isTaken = entry.isMoving || !this.#isHeld(entry);
    if (watch.name !== "due" || isTaken || task === null) return;
    entry.watch = startTask(watch);
    const { id, kind, taskId } = record;
    const isSuccess = await runner.run(task, {
      stateDirectory,
      application,
      taskId: task.taskId,
      name: task.name,
      reason: watch.activation.reason,
      socket: { id, kind, taskId },
    });
    if (this.#isHeld(entry)) this.#end(entry, isSuccess);
  }

  #end(entry: Entry, isSuccess: boolean): void {
    entry.watch = endTask(entry.watch, isSuccess);
    if (entry.watch.name === "kept") {
      const id = JSON.stringify(entry.record.id);
      this.#parts.log.line(`no task has taken the socket ${id}: it is kept`);
    }
    this.resume(entry);
  }
}
