import { ArgumentError } from "../../errors/argument_error.ts";

/**
 * What a program leaves with a socket for whoever takes it from the broker, such
 * as how far a protocol has come.
 *
 * The broker takes up to 64 KiB, and the transfer fails with more; WinRT
 * documents no limit.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityContext } from "@winrt/sockets/socket-activity-context";
 * import { assertEquals } from "@std/assert";
 *
 * const context = new SocketActivityContext(Uint8Array.of(1, 2, 3));
 *
 * assertEquals(context.data, Uint8Array.of(1, 2, 3));
 * ```
 */
export class SocketActivityContext {
  /** The bytes themselves: they are copied when the socket is transferred. */
  readonly data: Uint8Array;

  /**
   * Makes a context of bytes.
   *
   * @param data The bytes.
   *
   * @throws {ArgumentError} If `data` is no `Uint8Array`.
   *
   * @example Usage
   * ```ts
   * import { SocketActivityContext } from "@winrt/sockets/socket-activity-context";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = new TextEncoder().encode("signed in");
   *
   * assertEquals(new SocketActivityContext(bytes).data, bytes);
   * ```
   */
  constructor(data: Uint8Array) {
    if (!(data instanceof Uint8Array)) {
      throw new ArgumentError(
        "Cannot make a context: the data must be a Uint8Array",
      );
    }
    this.data = data;
  }
}
