import type { StreamSocket } from "./stream_socket.ts";

/**
 * The event of a connection that a `StreamSocketListener` has accepted.
 *
 * @example Usage
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListenerConnectionReceivedEventArgs } from "@winrt/sockets/stream-socket-listener-connection-received-event-args";
 * import { assertEquals } from "@std/assert";
 *
 * const socket = new StreamSocket();
 * const args = new StreamSocketListenerConnectionReceivedEventArgs(socket);
 * assertEquals(args.type, "connectionreceived");
 * assertEquals(args.socket, socket);
 * socket.close();
 * ```
 */
export class StreamSocketListenerConnectionReceivedEventArgs extends Event {
  readonly #socket: StreamSocket;

  /**
   * Made by the listener. Not in WinRT.
   *
   * @param socket The accepted socket.
   */
  constructor(socket: StreamSocket) {
    super("connectionreceived");
    this.#socket = socket;
  }

  /** The accepted socket, which is connected. It outlives the listener. */
  get socket(): StreamSocket {
    return this.#socket;
  }
}
