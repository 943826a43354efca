import {
  MSG_DONTWAIT,
  receiveMessage,
  sendMessage,
} from "../../winsock/_descriptor_passing.ts";
import type { Libc } from "../../winsock/_libc.ts";
import { LINUX } from "../../winsock/_linux_constants.ts";
import { type Poller, Readiness } from "../../winsock/_poller.ts";
import { encodeFrame, FrameReader } from "../frame.ts";
import { ACKNOWLEDGED, REFUSED } from "../protocol.ts";

const { EAGAIN, EINTR } = LINUX;

/** A program may take so long; its own calls wait for half of that. */
const PATIENCE = 10_000;

/** A request, as it has come. */
export interface RawRequest {
  readonly text: string;
  readonly descriptors: readonly number[];
  /** Whether descriptors got lost, since this process may have no more. */
  readonly isCut: boolean;
}

/** The program is gone, has taken too long, or talks nonsense. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** The broker's side of a connection. */
export class Connection {
  readonly #libc: Libc;
  readonly #poller: Poller;
  readonly #socket: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  #isExpired = false;

  constructor(
    libc: Libc,
    poller: Poller,
    socket: number,
    patience: number = PATIENCE,
  ) {
    this.#libc = libc;
    this.#poller = poller;
    this.#socket = socket;
    this.#timer = setTimeout(() => {
      this.#isExpired = true;
      poller.forget(socket);
    }, patience);
  }

  /**
   * Reads the request.
   *
   * @throws {ConnectionLost} If none comes.
   */
  async readRequest(): Promise<RawRequest> {
    const reader = new FrameReader();
    const descriptors: number[] = [];
    let isCut = false;
    try {
      while (true) {
        const received = await this.#receive();
        descriptors.push(...received.descriptors);
        isCut ||= received.isCut;
        const text = reader.push(received.bytes);
        if (text !== null) return { text, descriptors, isCut };
      }
    } catch (cause) {
      for (const one of descriptors) this.#libc.call.close(one);
      throw new ConnectionLost("There is no request", { cause });
    }
  }

  /**
   * Sends a reply, and descriptors with it.
   *
   * @throws {ConnectionLost} If it cannot be sent.
   */
  async sendReply(text: string, descriptors: readonly number[]): Promise<void> {
    const frame = encodeFrame(text);
    let count = 0;
    while (count < frame.length) {
      const rest = count === 0 ? descriptors : [];
      const sent = this.#send(frame.subarray(count), rest);
      if (sent >= 0) count += sent;
      else await this.#waitAfter(sent, Readiness.writable);
    }
  }

  /** Waits until the program has the reply, and tells it that it is done. */
  async confirm(): Promise<boolean> {
    const { bytes: [byte], descriptors } = await this.#receive();
    // None is asked for.
    for (const one of descriptors) this.#libc.call.close(one);
    if (byte !== ACKNOWLEDGED) return false;
    return this.#send(Uint8Array.of(ACKNOWLEDGED), []) === 1;
  }

  /** Tells the program, if it is still there, that nothing was done. */
  refuse(): void {
    this.#send(Uint8Array.of(REFUSED), []);
  }

  /** Ends the connection. */
  close(): void {
    clearTimeout(this.#timer);
    this.#poller.forget(this.#socket);
    this.#libc.call.close(this.#socket);
  }

  #send(bytes: Uint8Array, descriptors: readonly number[]): number {
    return sendMessage(
      this.#libc,
      this.#socket,
      bytes,
      descriptors,
      MSG_DONTWAIT,
    );
  }

  async #receive(): Promise<
    Exclude<ReturnType<typeof receiveMessage>, number>
  > {
    while (true) {
      const received = receiveMessage(this.#libc, this.#socket, MSG_DONTWAIT);
      if (typeof received === "number") {
        await this.#waitAfter(received, Readiness.readable);
      } else if (received.bytes.length > 0) return received;
      else throw new ConnectionLost("The program has closed the connection");
    }
  }

  async #waitAfter(result: number, readiness: Readiness): Promise<void> {
    if (result === -EINTR) return;
    if (result === -EAGAIN && !this.#isExpired) {
      await this.#poller.wait(this.#socket, readiness);
      if (!this.#isExpired) return;
    }
    throw new ConnectionLost(`The connection is lost: error ${-result}`);
  }
}
