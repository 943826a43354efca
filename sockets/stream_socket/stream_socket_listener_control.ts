import { ArgumentError } from "../../errors/argument_error.ts";
import { assertUnlocked, controlStateOf } from "./_control_state.ts";
import { SocketControl } from "./socket_control.ts";

/**
 * The options of a `StreamSocketListener`, set before it binds, and copied to
 * the sockets that it accepts.
 *
 * @example Usage
 * ```ts
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.control.keepAlive = true;
 * assertEquals(listener.control.keepAlive, true);
 * listener.close();
 * ```
 */
export class StreamSocketListenerControl extends SocketControl {
  /**
   * How many sockets that were given to `connectionreceived` handlers may be
   * open at once. When there are so many, further connections wait in the
   * system's queue until one of them closes. Iterating over the listener needs
   * no such limit, since it takes one connection at a time. Not in WinRT.
   *
   * @default {Infinity}
   *
   * @throws {ArgumentError} If set to less than 1, or to a fraction.
   * @throws {InvalidOperationError} If set after a bind.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * const listener = new StreamSocketListener();
   * listener.control.maxPendingConnections = 100;
   * assertEquals(listener.control.maxPendingConnections, 100);
   * listener.close();
   * ```
   */
  get maxPendingConnections(): number {
    return controlStateOf(this).maxPendingConnections;
  }

  set maxPendingConnections(value: number) {
    if (value !== Infinity && !(Number.isInteger(value) && value >= 1)) {
      throw new ArgumentError(
        `Cannot set maxPendingConnections to "${value}": it must be a whole number from 1 up, or Infinity`,
      );
    }
    const state = controlStateOf(this);
    assertUnlocked(state, "maxPendingConnections");
    state.maxPendingConnections = value;
  }
}
