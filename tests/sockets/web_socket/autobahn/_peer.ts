/**
 * The peer that plays a case. It writes, reads and compresses in the plainest way,
 * and uses nothing of the library.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { turnsOfEventLoop } from "../../_transport/_io.ts";
import { concat, isPending } from "../../streams/_fakes.ts";
import type { RawPeer } from "../_raw_peer.ts";
import {
  closing,
  type Ending,
  type Exchange,
  fragments,
  frame,
  Opcode,
  type Sent,
  type SentFrame,
  type Turn,
  type WireEvent,
} from "./_case.ts";
import { MessageDeflate } from "./_message_deflate.ts";
import { WireReader } from "./_wire_reader.ts";
import { encode } from "./_wire_writer.ts";

/** A case that takes longer has failed, in ms. */
const TIMEOUT = 30_000;
/** What the library has to answer to what was sent, in turns of the loop. */
const PATIENCE = 20;
const RSV1 = 4;
const CLOSE_BYTE = 0x88;

/**
 * Plays a case after the handshake, up to the end of the connection.
 *
 * @param answer The extension that the server has agreed to; null for none.
 * @returns The code of the close frame of the library; null for none.
 */
export async function play(
  peer: RawPeer,
  exchange: Exchange,
  { isServer, answer }: { isServer: boolean; answer: string | null },
): Promise<number | null> {
  using deflate = answer === null ? null : new MessageDeflate(answer, isServer);
  const timer = setTimeout(() => peer[Symbol.dispose](), TIMEOUT);
  try {
    return await new Player(peer, exchange, { isServer, deflate }).play();
  } finally {
    clearTimeout(timer);
  }
}

interface PlayerOptions {
  readonly isServer: boolean;
  readonly deflate: MessageDeflate | null;
}

class Player {
  readonly #peer: RawPeer;
  readonly #exchange: Exchange;
  readonly #isServer: boolean;
  readonly #deflate: MessageDeflate | null;
  readonly #reader: WireReader;
  /** What is waited for already. */
  #next: Promise<WireEvent | null> | null = null;
  #hasClosed = false;

  constructor(peer: RawPeer, exchange: Exchange, options: PlayerOptions) {
    this.#peer = peer;
    this.#exchange = exchange;
    this.#isServer = options.isServer;
    this.#deflate = options.deflate;
    this.#reader = new WireReader(peer, options);
    peer.conn.setNoDelay();
  }

  async play(): Promise<number | null> {
    const { turns, ending } = this.#exchange;
    for (const [index, turn] of turns.entries()) {
      await Promise.all([this.#send(turn.sends), this.#expect(turn)]);
      const isLast = index === turns.length - 1;
      if (turn.events.length === 0 && !isLast) await this.#expectNothing();
    }
    return await this.#end(ending);
  }

  async #send(sends: readonly Sent[]): Promise<void> {
    const frames: Uint8Array[] = [];
    for (const sent of sends) {
      for (const part of await this.#toFrames(sent)) {
        this.#hasClosed ||= part.firstByte === CLOSE_BYTE;
        frames.push(encode(part, !this.#isServer));
      }
    }
    const { chop = "together" } = this.#exchange;
    const chunks = chop === "together" ? [concat(frames)] : frames;
    for (const chunk of chunks) {
      const size = typeof chop === "number" ? chop : chunk.length;
      for (let start = 0; start < chunk.length; start += size) {
        await this.#peer.write(chunk.subarray(start, start + size));
        if (chop !== "together") await turnsOfEventLoop(1);
      }
    }
  }

  async #toFrames(sent: Sent): Promise<SentFrame[]> {
    if ("part" in sent) return [sent];
    const { kind, message, fragmentSize } = sent;
    assert(this.#deflate !== null, "There is no compression");
    const payload = await this.#deflate.deflate(message);
    const whole = frame(Opcode[kind], payload, { reserved: RSV1 });
    return fragments(whole, fragmentSize);
  }

  #receive(): Promise<WireEvent | null> {
    const next = this.#next ?? this.#reader.next();
    this.#next = null;
    return next;
  }

  async #expect({ events, mayBeCutShort = false }: Turn): Promise<void> {
    for (const event of events) {
      const received = await this.#receive();
      if (mayBeCutShort && received?.kind === "close") {
        this.#next = Promise.resolve(received);
        return;
      }
      assertEquals(describe(received), describe(event));
    }
  }

  async #expectNothing(): Promise<void> {
    this.#next = this.#reader.next();
    await turnsOfEventLoop(PATIENCE);
    assert(await isPending(this.#next), "The library has answered too early");
  }

  async #end({ isFailure, codes }: Ending): Promise<number | null> {
    if (!isFailure && !this.#hasClosed) await this.#send([closing(1000)]);
    const event = await this.#receive();
    assertEquals(event?.kind, "close", describe(event));
    const code = codeOf(event);
    assert(codes.includes(code), `The close code is ${code}`);
    if (!this.#hasClosed) await this.#send([closing(code ?? 1000)]);
    // It is the server that ends the connection (RFC 6455, section 7.1.1).
    if (this.#isServer) await this.#peer.conn.closeWrite();
    assertEquals(describe(await this.#receive()), "the end");
    this.#peer[Symbol.dispose]();
    return code;
  }
}

function codeOf(event: WireEvent | null): number | null {
  const [high, low] = event?.payload ?? [];
  return high === undefined || low === undefined ? null : high << 8 | low;
}

/** An event in few words, however large it is. */
function describe(event: WireEvent | null): string {
  if (event === null) return "the end";
  const { kind, payload, isCompressed } = event;
  const data = payload.length <= 128
    ? payload.toHex()
    : `SHA-1 ${createHash("sha1").update(payload).digest("hex")}`;
  const how = isCompressed ? "compressed" : "plain";
  return `${kind} of ${payload.length} bytes, ${how}: ${data}`;
}
