import type { ServerMessageWebSocket } from "@winrt/sockets";

/** Somebody who is in the room. */
export class Member {
  readonly name: string;
  readonly #webSocket: ServerMessageWebSocket;
  readonly #maxQueueSize: number;
  /** How many bytes wait for the system to take them. */
  #queueSize = 0;

  /** @param maxQueueSize With more bytes waiting, the member is dropped. */
  constructor(
    name: string,
    webSocket: ServerMessageWebSocket,
    maxQueueSize: number,
  ) {
    this.name = name;
    this.#webSocket = webSocket;
    this.#maxQueueSize = maxQueueSize;
  }

  /**
   * Sends a message. A member who does not read is dropped when too much waits
   * for it: there is no other way to bound the memory, and a close frame would
   * wait behind all the rest.
   *
   * @returns A promise that resolves when the system has taken the message, or the
   * member is gone. Whoever does not wait for it is not held up by a slow member.
   */
  async send(message: Uint8Array): Promise<void> {
    const { outputStream } = this.#webSocket;
    this.#queueSize += message.length;
    try {
      if (this.#queueSize > this.#maxQueueSize) await outputStream.abort();
      else await outputStream.writeAsync(message);
    } catch (_) {
      // The member is gone, which whoever reads its messages is told.
    } finally {
      this.#queueSize -= message.length;
    }
  }
}
