import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { quote } from "../addressing/_quote.ts";

/**
 * Keeps what raised an event waiting, for a handler that is not done when it
 * returns. It is WinRT's `Windows.Foundation.Deferral`.
 *
 * @example Usage
 * ```ts
 * import { Deferral } from "@winrt/sockets/deferral";
 * import { assertEquals } from "@std/assert";
 *
 * let isDone = false;
 * const deferral = new Deferral(() => void (isDone = true));
 * assertEquals(isDone, false);
 *
 * deferral.complete();
 * assertEquals(isDone, true);
 * ```
 */
export class Deferral {
  readonly #handler: () => void;
  #isComplete = false;

  /**
   * Makes a deferral.
   *
   * @param handler Called once, when the deferral is complete: WinRT's
   * `DeferralCompletedHandler`.
   *
   * @throws {ArgumentError} If `handler` is no function.
   *
   * @example Usage
   * ```ts
   * import { Deferral } from "@winrt/sockets/deferral";
   * import { assertEquals } from "@std/assert";
   *
   * const completed = Promise.withResolvers<void>();
   * const deferral = new Deferral(completed.resolve);
   * deferral.complete();
   *
   * assertEquals(await completed.promise, undefined);
   * ```
   */
  constructor(handler: () => void) {
    if (typeof handler !== "function") {
      throw new ArgumentError(
        `Cannot call ${quote(handler)}: the handler must be a function`,
      );
    }
    this.#handler = handler;
  }

  /**
   * Tells that the handler of the event is done.
   *
   * @throws {InvalidOperationError} If the deferral is complete already.
   *
   * @example Usage
   * ```ts
   * import { Deferral } from "@winrt/sockets/deferral";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertThrows } from "@std/assert";
   *
   * const deferral = new Deferral(() => {});
   * deferral.complete();
   *
   * assertThrows(() => deferral.complete(), InvalidOperationError);
   * ```
   */
  complete(): void {
    if (this.#isComplete) {
      throw new InvalidOperationError(
        "Cannot complete the deferral: it is complete already",
      );
    }
    this.#isComplete = true;
    this.#handler();
  }

  /**
   * Completes the deferral, unless it is complete. Closing again does nothing.
   *
   * @example Usage
   * ```ts
   * import { Deferral } from "@winrt/sockets/deferral";
   * import { assertEquals } from "@std/assert";
   *
   * let count = 0;
   * const deferral = new Deferral(() => void count++);
   * deferral.close();
   * deferral.close();
   *
   * assertEquals(count, 1);
   * ```
   */
  close(): void {
    if (!this.#isComplete) this.complete();
  }

  /**
   * The same as {@linkcode Deferral.close}, for `using`: the deferral is
   * complete when the handler is left, also by an error.
   *
   * @example Usage
   * ```ts
   * import { Deferral } from "@winrt/sockets/deferral";
   * import { assertEquals } from "@std/assert";
   *
   * let isDone = false;
   * {
   *   using _deferral = new Deferral(() => void (isDone = true));
   * }
   *
   * assertEquals(isDone, true);
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }
}
