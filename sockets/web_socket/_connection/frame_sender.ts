import { toWebSocketError } from "../../../errors/_web_failure.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import type { ByteSinkExtras } from "../../streams/_byte_outbox.ts";
import { ignore } from "../../streams/_completions.ts";
import type { SendQueue } from "../../streams/_send_queue.ts";
import type { OutputStreamSink } from "../../streams/output_stream_sink.ts";
import { DeflateOutbox } from "./deflate_outbox.ts";
import { encodeFrame } from "../_codec/frame.ts";
import { firstByte } from "../_codec/frame_header.ts";
import { FrameOutbox } from "./frame_outbox.ts";
import { type DataOpcode, FrameQueue } from "./frame_queue.ts";
import type { MessageCompression } from "./message_compression.ts";
import { Opcode } from "../_codec/opcode.ts";

/** How frames are sent. */
export interface FrameSenderOptions {
  readonly isServer: boolean;
  /** Whether empty messages are left out, since bytes alone count. */
  readonly skipsEmpty: boolean;
  /** Null without compression. */
  readonly compression: MessageCompression | null;
  /** Called when the stream of the messages is closed, and all were sent. */
  onClose(): Promise<void>;
}

/** Sends messages and control frames, in the order of the calls. */
export class FrameSender {
  readonly #sink: OutputStreamSink;
  readonly #extras: ByteSinkExtras;
  readonly #options: FrameSenderOptions;
  readonly #frames: FrameQueue;
  readonly #messages: FrameQueue;
  /** A pong that waits until there is room. */
  #latePong: Uint8Array | null = null;
  /** How much was sent when it was last asked for. */
  #lastSentSize = 0;

  constructor(
    sink: OutputStreamSink,
    extras: ByteSinkExtras,
    options: FrameSenderOptions,
  ) {
    this.#sink = sink;
    this.#extras = extras;
    this.#options = options;
    this.#frames = this.#makeFrames();
    this.#messages = this.#makeMessages(this.#frames);
  }

  /** Sends frames; empty when nothing is to be sent. */
  get queue(): SendQueue {
    return this.#frames.queue;
  }

  /** Sends each chunk that is written to it as one message. */
  get messages(): SendQueue {
    return this.#messages.queue;
  }

  /** The opcode of the messages that are written from now on. */
  set dataOpcode(opcode: DataOpcode) {
    this.#messages.dataOpcode = opcode;
  }

  /** Writes a part of a message. */
  writeFragment(payload: Uint8Array, isFinal: boolean): Promise<number> {
    return this.#messages.writeFragment(payload, isFinal);
  }

  /** Asks the peer for a pong. */
  ping(payload: Uint8Array): Promise<number> {
    return this.#frames.write(firstByte(Opcode.ping, true, false), payload);
  }

  /**
   * Answers a ping. While there is back-pressure the last one alone is answered
   * (RFC 6455, section 5.5.3), so that a flood of them takes no memory.
   */
  pong(payload: Uint8Array): void {
    if (!this.queue.isOpen) return;
    if (this.queue.desiredSize > 0) {
      this.#writePong(payload);
      return;
    }
    const isWaiting = this.#latePong !== null;
    this.#latePong = payload.slice();
    if (!isWaiting) this.queue.room.then(() => this.#sendLatePong(), ignore);
  }

  /** Whether something was sent since the last call, while more waits. */
  hasProgress(): boolean {
    const { sentSize, queuedSize } = this.queue;
    const isMore = sentSize > this.#lastSentSize;
    this.#lastSentSize = sentSize;
    return isMore && queuedSize > 0;
  }

  /**
   * Sends a pong that nobody asked for. While there is back-pressure it is left
   * out: one that answers may wait there.
   */
  tell(): void {
    const hasRoom = this.queue.isOpen && this.queue.desiredSize > 0;
    if (hasRoom) this.#writePong(NOTHING);
  }

  #sendLatePong(): void {
    if (this.#latePong !== null) this.#writePong(this.#latePong);
    this.#latePong = null;
  }

  #writePong(payload: Uint8Array): void {
    // A failure is that of the connection, which others tell.
    this.#frames.write(firstByte(Opcode.pong, true, false), payload)
      .catch(ignore);
  }

  /**
   * Takes no more messages, sends those that wait, and then a close frame.
   *
   * @throws {WebSocketError} If the connection is lost.
   */
  async close(payload: Uint8Array): Promise<void> {
    for (const queue of new Set([this.messages, this.queue])) {
      queue.stop();
      await queue.drain();
      if (queue.failure !== null) throw queue.failure.error;
    }
    const first = firstByte(Opcode.close, true, false);
    await this.#writeAll(encodeFrame(first, payload, !this.#options.isServer));
  }

  /** Tells the stream of the messages why it takes no more. */
  end(reason: unknown): void {
    this.messages.end(reason);
    this.queue.end(reason);
  }

  /** Drops what waits, and breaks the connection off. */
  abort(error: unknown): void {
    this.messages.abort(error).catch(ignore);
    this.queue.abort(error).catch(ignore);
  }

  /**
   * Ends the direction.
   *
   * @param isToTell Whether the peer is told that (FIN).
   */
  async finish(isToTell: boolean): Promise<void> {
    try {
      if (isToTell) await this.#sink.close?.();
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#extras.onEnd?.();
    }
  }

  #makeFrames(): FrameQueue {
    const { isServer, skipsEmpty, onClose } = this.#options;
    const outbox = new FrameOutbox(this.#sink, this.#extras, {
      isMasked: !isServer,
      skipsEmpty,
    });
    return new FrameQueue(outbox, {
      close: onClose,
      abort: (reason) => this.#sink.abort?.(reason),
      explain: (error) => this.#explain(error),
      lateFlush,
    });
  }

  #makeMessages(frames: FrameQueue): FrameQueue {
    const { compression, onClose } = this.#options;
    if (compression === null) return frames;
    return new FrameQueue(new DeflateOutbox(frames, compression), {
      close: onClose,
      abort: (reason) => frames.queue.abort(reason),
      lateFlush,
    });
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await this.#sink.write(rest));
      }
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): Error {
    return toWebSocketError(
      this.#extras.explain?.(error) ?? error,
      "Cannot write",
    );
  }
}

const NOTHING = new Uint8Array(0);

function lateFlush(): ClosedError {
  return new ClosedError("Cannot flush: the WebSocket or its stream is closed");
}
