/**
 * The event of a WebSocket that was closed.
 *
 * @example Usage
 * ```ts
 * import { WebSocketClosedEventArgs } from "@winrt/sockets/web-socket-closed-event-args";
 * import { assertEquals } from "@std/assert";
 *
 * const args = new WebSocketClosedEventArgs({ code: 1000, reason: "Done" });
 *
 * assertEquals(args.type, "closed");
 * assertEquals(args.code, 1000);
 * assertEquals(args.reason, "Done");
 * ```
 */
export class WebSocketClosedEventArgs extends Event {
  readonly #code: number;
  readonly #reason: string;

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param status The code and the reason that the peer has given.
   */
  constructor(status: { readonly code: number; readonly reason: string }) {
    super("closed");
    this.#code = status.code;
    this.#reason = status.reason;
  }

  /**
   * The code of the peer's close frame (RFC 6455, section 7.4): 1000 for a
   * normal end, 1001 for a peer that goes away, and so on. 1005 if the frame has
   * no code.
   *
   * 1006 if the peer did not answer a close in time, which is not in WinRT.
   */
  get code(): number {
    return this.#code;
  }

  /** The reason of the peer's close frame; `""` if it has none. */
  get reason(): string {
    return this.#reason;
  }
}
