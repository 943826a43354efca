import { asArray, asFields, asString, parseJson } from "../fields.ts";
import {
  parseTask,
  type RefusalCode,
  type TaskRegistration,
} from "../protocol.ts";

/** So many tasks can be registered in all. */
const MAX_TASKS = 4096;

/** Where registrations outlive the broker. */
export interface TaskStorage {
  /** Null if there is nothing. */
  read(): string | null;
  /** Replaces what was there, or throws and leaves it. */
  write(text: string): void;
}

/** A task, and the application that has registered it. */
export interface RegisteredTask {
  readonly application: string;
  readonly task: TaskRegistration;
}

/** The tasks of all applications, which are stored at every change. */
export class TaskRegistry {
  readonly #storage: TaskStorage;
  #tasks: readonly RegisteredTask[] = [];

  constructor(storage: TaskStorage) {
    this.#storage = storage;
  }

  /**
   * Reads what an earlier broker has stored.
   *
   * @param onBadEntry Told of each task that is not readable; it is left out.
   *
   * @throws {Error} If all of it is not readable; there are no tasks then.
   */
  load(onBadEntry: (error: unknown) => void): void {
    const text = this.#storage.read();
    if (text === null) return;
    this.#tasks = asArray(parseJson(text)).flatMap((value) => {
      try {
        const { application, task } = asFields(value);
        return [{ application: asString(application), task: parseTask(task) }];
      } catch (error) {
        onBadEntry(error);
        return [];
      }
    });
  }

  /** The task of an id; null if there is none. */
  get(application: string, taskId: string): TaskRegistration | null {
    return this.list(application).find((task) => task.taskId === taskId) ??
      null;
  }

  /** The tasks of an application. */
  list(application: string): TaskRegistration[] {
    return this.#tasks.filter((one) => one.application === application)
      .map(({ task }) => task);
  }

  /** Adds a task, or tells why that cannot be. */
  add(application: string, task: TaskRegistration): RefusalCode | null {
    const known = this.get(application, task.taskId);
    // A program asks again if the broker has ended before it could answer.
    if (known !== null) return isSame(known, task) ? null : "duplicate-task";
    if (this.#tasks.length >= MAX_TASKS) return "full";
    return this.#store([...this.#tasks, { application, task }]);
  }

  /** Drops a task, or tells why that cannot be. */
  delete(application: string, taskId: string): RefusalCode | null {
    if (this.get(application, taskId) === null) return "unknown-task";
    return this.#store(
      this.#tasks.filter((one) =>
        one.application !== application || one.task.taskId !== taskId
      ),
    );
  }

  #store(tasks: readonly RegisteredTask[]): RefusalCode | null {
    try {
      this.#storage.write(JSON.stringify(tasks));
    } catch {
      return "cannot-store";
    }
    this.#tasks = tasks;
    return null;
  }
}

function isSame(one: TaskRegistration, other: TaskRegistration): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
