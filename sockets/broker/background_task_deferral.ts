import { ArgumentError } from "../../errors/argument_error.ts";

/**
 * Keeps a background task going when its `run` function has returned.
 *
 * @example Usage
 * ```ts
 * import { BackgroundTaskDeferral } from "@winrt/sockets/background-task-deferral";
 * import { assertEquals } from "@std/assert";
 *
 * let isDone = false;
 * const deferral = new BackgroundTaskDeferral(() => void (isDone = true));
 * deferral.complete();
 *
 * assertEquals(isDone, true);
 * ```
 */
export class BackgroundTaskDeferral {
  #handler: (() => void) | null;

  /**
   * Made by the task instance. Not in WinRT.
   *
   * @param handler Called once, when the deferral is complete.
   *
   * @throws {ArgumentError} If `handler` is no function.
   */
  constructor(handler: () => void) {
    if (typeof handler !== "function") {
      throw new ArgumentError(
        "Cannot make a deferral: the handler must be a function",
      );
    }
    this.#handler = handler;
  }

  /**
   * Tells that the task is done. Completing again does nothing.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskDeferral } from "@winrt/sockets/background-task-deferral";
   * import { assertEquals } from "@std/assert";
   *
   * let count = 0;
   * const deferral = new BackgroundTaskDeferral(() => void count++);
   * deferral.complete();
   * deferral.complete();
   *
   * assertEquals(count, 1);
   * ```
   */
  complete(): void {
    const handler = this.#handler;
    this.#handler = null;
    handler?.();
  }

  /**
   * The same as {@linkcode BackgroundTaskDeferral.complete}, for `using`: the
   * deferral is complete when the function is left, also by an error.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskDeferral } from "@winrt/sockets/background-task-deferral";
   * import { assertEquals } from "@std/assert";
   *
   * let isDone = false;
   * {
   *   using _deferral = new BackgroundTaskDeferral(() => void (isDone = true));
   * }
   *
   * assertEquals(isDone, true);
   * ```
   */
  [Symbol.dispose](): void {
    this.complete();
  }
}
