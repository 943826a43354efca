import { CloseCode } from "./close_code.ts";
import {
  FIN,
  frameHeaderSize,
  headerSizeOf,
  MASK,
  MAX_CONTROL_PAYLOAD,
  MAX_HEADER_SIZE,
  OPCODE_BITS,
  readMaskKey,
  readPayloadLength,
  RSV,
  RSV1,
} from "./frame_header.ts";
import { applyMask, wordsOf } from "./masking.ts";
import { Opcode } from "./opcode.ts";
import { ProtocolFailure } from "./protocol_failure.ts";

/** By their numbers; those that are not there are reserved. */
const OPCODES: readonly (Opcode | undefined)[] = Array.from(
  { length: 16 },
  (_, number) => Object.values(Opcode).find((opcode) => opcode === number),
);
const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);

/** What a {@linkcode FrameParser} takes. */
export interface FrameParserOptions {
  /** Frames of clients are masked, those of servers are not. */
  readonly isServer: boolean;
  /** Whether a message may have RSV1 set (RFC 7692, 6). */
  readonly allowsCompression: boolean;
}

/**
 * Reads frames (RFC 6455, 5.2) from blocks that are cut anywhere. `next()`
 * goes on to the next piece of a frame, and the properties tell about it.
 *
 * Of a data frame there is a piece as soon as there is its header, however
 * little of its payload is there yet; more pieces follow. A control frame is
 * always one piece, and a message of its own.
 */
export class FrameParser {
  readonly #isServer: boolean;
  readonly #allowsCompression: boolean;
  #failure: ProtocolFailure | null = null;

  #block: Uint8Array = NO_BYTES;
  #words: Int32Array = NO_WORDS;
  /** Where in the block to go on. */
  #position = 0;
  /** A header that is not all in one block. */
  readonly #header = new Uint8Array(MAX_HEADER_SIZE);
  #headerSize = 0;
  /** The payload of a control frame that is not all in one block. */
  #control: Uint8Array | null = null;

  /** Whether the last data frame did not end its message. */
  #isInMessage = false;
  #messageOpcode: Opcode = Opcode.text;
  #isMessageCompressed = false;

  /** The first byte of the frame. */
  #first = 0;
  #opcode: Opcode = Opcode.text;
  #isCompressed = false;
  /** Whether it is the first of its message. */
  #isFirst = false;
  #frameSize = 0;
  #key = 0;
  /** With which byte of the key the next piece starts. */
  #phase = 0;
  /** How much of the payload is to come after this piece. */
  #remaining = 0;

  #isFrameStart = false;
  #source: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;

  constructor({ isServer, allowsCompression }: FrameParserOptions) {
    this.#isServer = isServer;
    this.#allowsCompression = allowsCompression;
  }

  /** Of the message, in all of its frames; of a control frame its own. */
  get opcode(): Opcode {
    return this.#opcode;
  }

  /** Whether the message is compressed. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  /** Whether nothing of the message came before. */
  get isMessageStart(): boolean {
    return this.#isFirst && this.#isFrameStart;
  }

  /** Whether nothing of the message follows. */
  get isMessageEnd(): boolean {
    return this.#remaining === 0 && (this.#first & FIN) !== 0;
  }

  /** Whether nothing of the frame came before. */
  get isFrameStart(): boolean {
    return this.#isFrameStart;
  }

  /** Whether nothing of the frame follows. */
  get isFrameEnd(): boolean {
    return this.#remaining === 0;
  }

  /** How long the header says that the payload of the frame is. */
  get frameSize(): number {
    return this.#frameSize;
  }

  /** How many bytes of the frame follow. */
  get remaining(): number {
    return this.#remaining;
  }

  /** The bytes of the piece, unmasked, in place; until the next `next()`. */
  get payload(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** Whether no message and no frame has begun without its end. */
  get isBetweenMessages(): boolean {
    return !this.#isInMessage && this.#remaining === 0 &&
      this.#headerSize === 0 && this.#position === this.#block.length;
  }

  /**
   * Gives the next block; only at first, and after `next()` was false. Until
   * it is so again the block belongs to the parser, which changes it.
   *
   * @param block It starts at a multiple of 4 in its buffer.
   */
  push(block: Uint8Array): void {
    this.#block = block;
    this.#words = this.#isServer ? wordsOf(block) : NO_WORDS;
    this.#position = 0;
  }

  /**
   * Goes on to the next piece; false if there is none before the next block.
   *
   * @throws {ProtocolFailure} If the peer broke the protocol, once and for all.
   */
  next(): boolean {
    if (this.#failure !== null) throw this.#failure;
    const isFrameStart = this.#remaining === 0;
    if (isFrameStart && !this.#takeHeader()) return this.#release();
    return this.#takePayload(isFrameStart) || this.#release();
  }

  /** Keeps no memory alive while nothing comes. */
  #release(): false {
    this.#block = NO_BYTES;
    this.#words = NO_WORDS;
    this.#source = NO_BYTES;
    this.#position = 0;
    return false;
  }

  #takeHeader(): boolean {
    const available = this.#block.length - this.#position;
    if (this.#headerSize === 0 && available >= MAX_HEADER_SIZE) {
      this.#position = this.#readHeader(this.#block, this.#position);
      return true;
    }
    return this.#gatherHeader();
  }

  #gatherHeader(): boolean {
    while (this.#position < this.#block.length) {
      this.#header[this.#headerSize++] = this.#block[this.#position++] ?? 0;
      if (this.#headerSize < 2) continue;
      if (this.#headerSize < headerSizeOf(this.#header[1] ?? 0)) continue;
      this.#headerSize = 0;
      this.#readHeader(this.#header, 0);
      return true;
    }
    return false;
  }

  /** Reads a header that is all there, and tells the offset behind it. */
  #readHeader(bytes: Uint8Array, offset: number): number {
    this.#first = bytes[offset] ?? 0;
    this.#startFrame();
    const second = bytes[offset + 1] ?? 0;
    const isMasked = (second & MASK) !== 0;
    if (isMasked !== this.#isServer) {
      throw this.#fail(isMasked ? "it is masked" : "it is not masked");
    }
    const size = headerSizeOf(second);
    this.#startPayload(readPayloadLength(bytes, offset), size);
    if (isMasked) this.#key = readMaskKey(bytes, offset + size);
    return offset + size;
  }

  /** Takes the first byte: what the frame is, and where in a message. */
  #startFrame(): void {
    const opcode = OPCODES[this.#first & OPCODE_BITS];
    if (opcode === undefined) throw this.#fail("the opcode is reserved");
    if ((this.#first & RSV) !== 0) this.#checkReserved(opcode);
    if (opcode >= Opcode.close) this.#startControl(opcode);
    else this.#startData(opcode);
  }

  /** RSV1 says that a message is compressed; nothing uses the others. */
  #checkReserved(opcode: Opcode): void {
    const isFirst = opcode === Opcode.text || opcode === Opcode.binary;
    const isCompressed = (this.#first & RSV) === RSV1;
    if (isFirst && isCompressed && this.#allowsCompression) return;
    throw this.#fail("a reserved bit is set");
  }

  #startData(opcode: Opcode): void {
    const isFirst = opcode !== Opcode.continuation;
    if (isFirst === this.#isInMessage) {
      throw this.#fail(isFirst ? "a message is open" : "no message is open");
    }
    if (isFirst) {
      this.#messageOpcode = opcode;
      this.#isMessageCompressed = (this.#first & RSV1) !== 0;
    }
    this.#opcode = this.#messageOpcode;
    this.#isCompressed = this.#isMessageCompressed;
    this.#isFirst = isFirst;
    this.#isInMessage = (this.#first & FIN) === 0;
  }

  #startControl(opcode: Opcode): void {
    if ((this.#first & FIN) === 0) throw this.#fail("it is fragmented");
    this.#opcode = opcode;
    this.#isCompressed = false;
    this.#isFirst = true;
  }

  #startPayload(length: number, headerSize: number): void {
    if (length > MAX_CONTROL_PAYLOAD && this.#opcode >= Opcode.close) {
      throw this.#fail(`it has more than ${MAX_CONTROL_PAYLOAD} bytes`);
    }
    if (length >= 2 ** 63) throw this.#fail("the top bit of its length is set");
    if (headerSize !== frameHeaderSize(length, this.#isServer)) {
      throw this.#fail("its length is not encoded in the fewest bytes");
    }
    if (length > Number.MAX_SAFE_INTEGER) {
      throw this.#fail("it is too big", CloseCode.messageTooBig);
    }
    this.#frameSize = length;
    this.#remaining = length;
    this.#phase = 0;
  }

  #takePayload(isFrameStart: boolean): boolean {
    const start = this.#position;
    const length = Math.min(this.#remaining, this.#block.length - start);
    if (length === 0 && !isFrameStart) return false;
    const end = start + length;
    if (this.#isServer) {
      applyMask(this.#block, this.#words, start, end, this.#key, this.#phase);
      this.#phase = (this.#phase + length) & 3;
    }
    this.#position = end;
    this.#remaining -= length;
    const isControl = this.#opcode >= Opcode.close;
    this.#isFrameStart = isFrameStart || isControl;
    if (isControl && length < this.#frameSize) {
      return this.#gatherControl(start, end);
    }
    this.#source = this.#block;
    this.#start = start;
    this.#end = end;
    return true;
  }

  #gatherControl(start: number, end: number): boolean {
    this.#control ??= new Uint8Array(MAX_CONTROL_PAYLOAD);
    const gathered = this.#frameSize - this.#remaining - (end - start);
    this.#control.set(this.#block.subarray(start, end), gathered);
    this.#source = this.#control;
    this.#start = 0;
    this.#end = this.#frameSize;
    return this.#remaining === 0;
  }

  #fail(
    reason: string,
    closeCode: number = CloseCode.protocolError,
  ): ProtocolFailure {
    this.#release();
    const opcode = this.#first & OPCODE_BITS;
    this.#failure = new ProtocolFailure(
      closeCode,
      `Cannot read the frame of opcode "${opcode}": ${reason}`,
    );
    return this.#failure;
  }
}
