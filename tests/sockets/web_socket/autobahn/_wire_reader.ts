import { assert, assertEquals } from "@std/assert";
import { concat } from "../../streams/_fakes.ts";
import type { RawPeer } from "../_raw_peer.ts";
import { Opcode, type WireEvent } from "./_case.ts";
import type { MessageDeflate } from "./_message_deflate.ts";

const RSV1 = 4;
const MAX_CONTROL_PAYLOAD = 125;
const CONTROL_KINDS = new Map<number, WireEvent["kind"]>([
  [Opcode.close, "close"],
  [Opcode.ping, "ping"],
  [Opcode.pong, "pong"],
]);

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly reserved: number;
  readonly payload: Uint8Array;
}

/** How to read. */
export interface WireReaderOptions {
  /** Whether the peer is the server: what the library sends is masked then. */
  readonly isServer: boolean;
  readonly deflate: MessageDeflate | null;
}

/** Reads what the library sends, and holds it to the RFC (6455, section 5). */
export class WireReader {
  readonly #peer: RawPeer;
  readonly #isServer: boolean;
  readonly #deflate: MessageDeflate | null;
  /** The frames of the message that is open. */
  #frames: Frame[] = [];

  constructor(peer: RawPeer, { isServer, deflate }: WireReaderOptions) {
    this.#peer = peer;
    this.#isServer = isServer;
    this.#deflate = deflate;
  }

  /** The next message or control frame; null at the end of the connection. */
  async next(): Promise<WireEvent | null> {
    for (;;) {
      const frame = await this.#readFrame();
      if (frame === null) {
        assertEquals(this.#frames, [], "The end comes inside a message");
        return null;
      }
      if (frame.opcode >= Opcode.close) return toControlEvent(frame);
      this.#append(frame);
      if (frame.isFinal) return await this.#endMessage();
    }
  }

  #append(frame: Frame): void {
    const isFirst = this.#frames.length === 0;
    const opcodes = isFirst ? [Opcode.text, Opcode.binary] : [0];
    const mayBeCompressed = isFirst && this.#deflate !== null;
    assert(opcodes.includes(frame.opcode), "The opcode is wrong");
    assert(
      frame.reserved === 0 || (frame.reserved === RSV1 && mayBeCompressed),
      "A reserved bit is set",
    );
    this.#frames.push(frame);
  }

  async #endMessage(): Promise<WireEvent> {
    const [first] = this.#frames;
    const whole = concat(this.#frames.map(({ payload }) => payload));
    this.#frames = [];
    const inflated = first?.reserved === RSV1
      ? await this.#deflate?.inflate(whole)
      : undefined;
    return {
      kind: first?.opcode === Opcode.text ? "text" : "binary",
      payload: inflated ?? whole,
      isCompressed: inflated !== undefined,
    };
  }

  async #readFrame(): Promise<Frame | null> {
    const start = await this.#peer.read(2);
    if (start === null) return null;
    const [first = 0, second = 0] = start;
    assertEquals(second >= 0x80, this.#isServer, "Whether it is masked");
    const length = await this.#readLength(second & 0x7f);
    const key = await this.#read(this.#isServer ? 4 : 0);
    const payload = await this.#read(length);
    if (this.#isServer) unmask(payload, key);
    return {
      opcode: first & 0x0f,
      isFinal: first >= 0x80,
      reserved: first >> 4 & 7,
      payload,
    };
  }

  async #readLength(mark: number): Promise<number> {
    if (mark < 126) return mark;
    const bytes = await this.#read(mark === 126 ? 2 : 8);
    const length = Number(`0x${bytes.toHex()}`);
    assert(length >= (mark === 126 ? 126 : 65536), "The length is too long");
    return length;
  }

  async #read(size: number): Promise<Uint8Array> {
    const bytes = await this.#peer.read(size);
    assert(bytes !== null, "The end comes inside a frame");
    return bytes;
  }
}

function unmask(payload: Uint8Array, key: Uint8Array): void {
  for (let i = 0; i < payload.length; i++) {
    payload[i] = (payload[i] ?? 0) ^ (key[i % 4] ?? 0);
  }
}

function toControlEvent(frame: Frame): WireEvent {
  const { opcode, isFinal, reserved, payload } = frame;
  assert(isFinal, "A control frame is fragmented");
  assertEquals(reserved, 0, "A reserved bit is set");
  assert(payload.length <= MAX_CONTROL_PAYLOAD, "A control frame is too long");
  const kind = CONTROL_KINDS.get(opcode);
  assert(kind !== undefined, "The opcode is reserved");
  return { kind, payload, isCompressed: false };
}
