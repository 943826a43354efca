/**
 * A peer that shakes hands by hand, then sends bytes as they are and reads
 * frames in the plainest way. It has nothing of the library's.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { concat } from "../streams/_fakes.ts";
import { encodeFrame } from "./_codec/_frame_model.ts";

const LOOPBACK = "127.0.0.1";
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const MASK_KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);
const HEAD_END = "\r\n\r\n";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** First bytes of frames that end their message. */
export const TEXT = 0x81;
export const BINARY = 0x82;
export const CLOSE = 0x88;
export const PING = 0x89;
export const PONG = 0x8a;
/** First bytes of frames that more of the message follows. */
export const TEXT_START = 0x01;
export const BINARY_START = 0x02;
export const MORE = 0x00;
/** The last frame of a message of several. */
export const LAST = 0x80;
/** The bit of a compressed message. */
export const RSV1 = 0x40;

/** A frame that has come. */
export interface RawFrame {
  readonly firstByte: number;
  readonly isMasked: boolean;
  readonly payload: Uint8Array;
}

/** How the connection has ended for the peer. */
export type RawEnd = "end" | "reset";

/** The payload of a close frame. */
export function closePayload(code: number, reason = ""): Uint8Array {
  return concat([
    new Uint8Array([code >> 8, code & 0xff]),
    encoder.encode(reason),
  ]);
}

/** One end of a TCP connection on which a WebSocket is spoken by hand. */
export class RawPeer implements Disposable {
  readonly conn: Deno.TcpConn;
  readonly #isClient: boolean;
  readonly #block = new Uint8Array(64 * 1024);
  #buffered: Uint8Array = new Uint8Array(0);
  /** The head that the other side has sent, without its empty line. */
  head = "";

  constructor(conn: Deno.TcpConn, isClient: boolean) {
    this.conn = conn;
    this.#isClient = isClient;
    conn.setNoDelay(true);
  }

  /** The value of a header that the other side has sent; null if not there. */
  header(name: string): string | null {
    const start = `${name.toLowerCase()}:`;
    const line = this.head.split("\r\n").find((line) =>
      line.toLowerCase().startsWith(start)
    );
    return line === undefined ? null : line.slice(start.length).trim();
  }

  /** Sends bytes as they are. */
  async write(data: Uint8Array | string): Promise<void> {
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.conn.write(rest));
  }

  /** The bytes of a frame, masked if this is the client. */
  frame(firstByte: number, payload: Uint8Array | string = ""): Uint8Array {
    return encodeFrame({
      firstByte,
      payload: typeof payload === "string" ? encoder.encode(payload) : payload,
      key: this.#isClient ? MASK_KEY : null,
    });
  }

  /** Sends a frame. */
  async send(
    firstByte: number,
    payload: Uint8Array | string = "",
  ): Promise<void> {
    await this.write(this.frame(firstByte, payload));
  }

  /** Sends a close frame. */
  async sendClose(code: number, reason = ""): Promise<void> {
    await this.send(CLOSE, closePayload(code, reason));
  }

  /** Reads the head of the handshake. */
  async readHead(): Promise<void> {
    for (;;) {
      const text = decoder.decode(this.#buffered);
      const end = text.indexOf(HEAD_END);
      if (end !== -1) {
        this.head = text.slice(0, end);
        this.#buffered = this.#buffered.slice(end + HEAD_END.length);
        return;
      }
      if (!await this.#readMore()) throw new Error("No whole head has come");
    }
  }

  /** Reads exactly so many bytes; null if the end comes before. */
  async read(size: number): Promise<Uint8Array | null> {
    const chunks: Uint8Array[] = [];
    for (let missing = size; missing > 0;) {
      if (this.#buffered.length === 0 && !await this.#readMore()) return null;
      const chunk = this.#buffered.slice(0, missing);
      this.#buffered = this.#buffered.subarray(chunk.length);
      chunks.push(chunk);
      missing -= chunk.length;
    }
    return concat(chunks);
  }

  /** Reads a frame; null at the end. */
  async readFrame(): Promise<RawFrame | null> {
    const start = await this.read(2);
    if (start === null) return null;
    const [firstByte = 0, second = 0] = start;
    const isMasked = second >= 0x80;
    const length = await this.#readLength(second & 0x7f);
    const key = await this.read(isMasked ? 4 : 0);
    const payload = await this.read(length);
    if (key === null || payload === null) return null;
    for (let i = 0; isMasked && i < length; i++) {
      payload[i] = (payload[i] ?? 0) ^ (key[i % 4] ?? 0);
    }
    return { firstByte, isMasked, payload };
  }

  /** Reads frames up to one with this first byte, which it returns. */
  async readFrameOf(firstByte: number): Promise<Uint8Array> {
    for (;;) {
      const frame = await this.readFrame();
      if (frame === null) throw new Error("No such frame has come");
      if (frame.firstByte === firstByte) return frame.payload;
    }
  }

  /** Reads up to the close frame, and tells its code and its reason. */
  async readClose(): Promise<[code: number | null, reason: string]> {
    const payload = await this.readFrameOf(CLOSE);
    const [high, low] = payload;
    const code = high === undefined || low === undefined
      ? null
      : high << 8 | low;
    return [code, decoder.decode(payload.subarray(2))];
  }

  /** Reads to the end, and drops what comes. */
  async readEnd(): Promise<RawEnd> {
    this.#buffered = new Uint8Array(0);
    try {
      while (await this.conn.read(this.#block) !== null);
      return "end";
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return "reset";
      throw error;
    }
  }

  /** Accepts what the client has asked for. */
  async accept(...headers: readonly string[]): Promise<void> {
    await this.write(this.acceptHead(...headers));
  }

  /** The head of the answer that accepts what the client has asked for. */
  acceptHead(...headers: readonly string[]): string {
    const key = this.header("Sec-WebSocket-Key") ?? "";
    const accept = createHash("sha1").update(key + GUID).digest("base64");
    return [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
      ...headers,
      "\r\n",
    ].join("\r\n");
  }

  /** Closes the connection; doing so again does nothing. */
  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #readLength(mark: number): Promise<number> {
    if (mark < 126) return mark;
    const bytes = await this.read(mark === 126 ? 2 : 8);
    return Number(`0x${bytes?.toHex() ?? "0"}`);
  }

  async #readMore(): Promise<boolean> {
    const count = await this.conn.read(this.#block);
    if (count === null) return false;
    this.#buffered = concat([this.#buffered, this.#block.subarray(0, count)]);
    return true;
  }
}

/** A server that answers handshakes by hand. */
export class RawServer implements Disposable {
  readonly #listener = Deno.listen({ hostname: LOOPBACK, port: 0 });

  /** Where clients connect to. */
  get url(): string {
    return `ws://${LOOPBACK}:${this.port}/`;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Waits for a client, and reads the head of its request. */
  async next(): Promise<RawPeer> {
    const peer = new RawPeer(await this.#listener.accept(), false);
    await peer.readHead();
    return peer;
  }

  /** Waits for a client, and accepts it. */
  async accept(...headers: readonly string[]): Promise<RawPeer> {
    const peer = await this.next();
    await peer.accept(...headers);
    return peer;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

/** Connects to a server, and sends bytes as they are. */
export async function connectRaw(
  port: number | string,
  data: Uint8Array | string = "",
): Promise<RawPeer> {
  const peer = new RawPeer(
    await Deno.connect({ hostname: LOOPBACK, port: Number(port) }),
    true,
  );
  await peer.write(data);
  return peer;
}

/** The head that a client asks with. */
export function requestHead(...headers: readonly string[]): string {
  return [
    "GET / HTTP/1.1",
    `Host: ${LOOPBACK}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...headers,
    "\r\n",
  ].join("\r\n");
}

/** Connects to a server, asks, and reads the head of the response. */
export async function shakeHandsRaw(
  port: number | string,
  ...headers: readonly string[]
): Promise<RawPeer> {
  const peer = await connectRaw(port, requestHead(...headers));
  await peer.readHead();
  return peer;
}
