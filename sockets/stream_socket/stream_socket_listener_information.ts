/**
 * What is known of a `StreamSocketListener`.
 *
 * @example Usage
 * ```ts
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * assertEquals(listener.information.localPort, "");
 * await listener.bindServiceNameAsync("");
 * assertNotEquals(listener.information.localPort, "");
 * listener.close();
 * ```
 */
export class StreamSocketListenerInformation {
  readonly #localPort: () => string;

  /**
   * Made by the listener. Not in WinRT.
   *
   * @param localPort Tells the port, or `""`.
   */
  constructor(localPort: () => string) {
    this.#localPort = localPort;
  }

  /** The port that the listener is bound to; `""` before. It stays after a close. */
  get localPort(): string {
    return this.#localPort();
  }
}
