import type { ByteReader } from "../../streams/_byte_reader.ts";
import { CloseCode } from "../_codec/close_code.ts";
import type { DataReceiver } from "./data_receiver.ts";
import { FrameParser } from "../_codec/frame_parser.ts";
import type { Inflater } from "./inflater.ts";
import { Opcode } from "../_codec/opcode.ts";
import { ProtocolFailure } from "../_codec/protocol_failure.ts";
import { Utf8Validator } from "../_codec/utf8_validator.ts";
import { SocketMessageType } from "../socket_message_type.ts";

/** Where frames come from: a connection. */
export interface FrameSource {
  /** What is left behind the handshake, and how much is worth to be read. */
  readonly reader: ByteReader;
  /** Reads what comes then. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** What a rejection of {@linkcode read} means. */
  explainRead(error: unknown): unknown;
  /** Rejects if the end that {@linkcode read} has told is none. */
  confirmEnd(): Promise<void>;
}

/** Who takes what a {@linkcode FrameReader} reads. */
export interface FrameReaderTarget {
  /** Takes the messages. */
  readonly receiver: DataReceiver;
  /** Called when bytes have come. */
  onHeard(): void;
  /** Takes a control frame, whose payload is valid during the call. */
  onControl(opcode: Opcode, payload: Uint8Array): void;
}

/** How frames are read. */
export interface FrameReaderOptions {
  readonly isServer: boolean;
  /** Null without compression. */
  readonly inflater: Inflater | null;
}

/** Reads frames, and hands on what they hold. */
export class FrameReader {
  readonly #source: FrameSource;
  readonly #target: FrameReaderTarget;
  readonly #inflater: Inflater | null;
  readonly #parser: FrameParser;
  readonly #validator = new Utf8Validator();
  #block = new Uint8Array(0);
  #isStopped = false;

  constructor(
    source: FrameSource,
    target: FrameReaderTarget,
    { isServer, inflater }: FrameReaderOptions,
  ) {
    this.#source = source;
    this.#target = target;
    this.#inflater = inflater;
    this.#parser = new FrameParser({
      isServer,
      allowsCompression: inflater !== null,
    });
  }

  /** Reads nothing more after this frame. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Reads until it is stopped, or to the end of the source.
   *
   * @returns Whether the source has ended.
   *
   * @throws {ProtocolFailure} If the peer breaks the protocol.
   */
  async run(): Promise<boolean> {
    const { receiver } = this.#target;
    const source = this.#source;
    const { reader } = source;
    while (!this.#isStopped) {
      if (receiver.room !== null) await receiver.room;
      const block = this.#nextBlock();
      // Not in a function of its own, which would take as long as the rest.
      let count;
      try {
        count = await (reader.hasBuffered ? reader : source).read(block);
        if (count === null) await source.confirmEnd();
      } catch (error) {
        throw source.explainRead(error);
      }
      if (count === null) return true;
      reader.adaptBlockSize(count, block.length);
      this.#target.onHeard();
      this.#parser.push(block.subarray(0, count));
      while (!this.#isStopped && this.#parser.next()) {
        const inflating = this.#take();
        if (inflating !== null) await inflating;
      }
    }
    return false;
  }

  #nextBlock(): Uint8Array {
    const { blockSize } = this.#source.reader;
    if (this.#block.length !== blockSize) {
      this.#block = new Uint8Array(blockSize);
    }
    return this.#block;
  }

  /** Hands a piece on; gives a promise if that takes time. */
  #take(): Promise<void> | null {
    const parser = this.#parser;
    if (parser.opcode >= Opcode.close) {
      this.#target.onControl(parser.opcode, parser.payload);
      return null;
    }
    if (parser.isCompressed && this.#inflater !== null) {
      return this.#inflate(this.#inflater);
    }
    const { payload, remaining, isFrameEnd, isMessageEnd } = parser;
    this.#receive(payload, remaining, isFrameEnd, isMessageEnd);
    return null;
  }

  async #inflate(inflater: Inflater): Promise<void> {
    const { isFrameEnd, isMessageEnd, payload } = this.#parser;
    const { receiver } = this.#target;
    await inflater.inflate(payload, isMessageEnd, (bytes) => {
      this.#receive(bytes, 0, false, false);
      return receiver.room ?? undefined;
    });
    if (isFrameEnd) this.#receive(NO_BYTES, 0, true, isMessageEnd);
  }

  #receive(
    bytes: Uint8Array,
    announced: number,
    isFrameEnd: boolean,
    isMessageEnd: boolean,
  ): void {
    const isText = this.#parser.opcode === Opcode.text;
    if (isText) this.#validate(bytes, isMessageEnd);
    const messageType = isText
      ? SocketMessageType.utf8
      : SocketMessageType.binary;
    this.#target.receiver.receive({
      messageType,
      bytes,
      announced,
      isFrameEnd,
      isMessageEnd,
    });
  }

  #validate(bytes: Uint8Array, isLast: boolean): void {
    const isValid = this.#validator.push(bytes) &&
      (!isLast || this.#validator.isComplete);
    if (!isValid) {
      throw new ProtocolFailure(
        CloseCode.invalidPayload,
        "Cannot receive the message: it is a text that is not UTF-8",
      );
    }
    if (isLast) this.#validator.reset();
  }
}

const NO_BYTES = new Uint8Array(0);
