// deno-lint-ignore-file no-console -- it prints its port for the measurement
/**
 * The other side of WebSockets, the same for all of them: as little as RFC 6455
 * takes. `sink` counts the bytes of binary messages, and tells them when a text
 * comes; `echo` sends each message back.
 *
 * @module
 */
import { createHash } from "node:crypto";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 1;
const CLOSE = 8;
const MASK_SIZE = 4;

/** Where the payload of a frame is, which is behind its masking key. */
interface Frame {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

const [mode] = Deno.args;
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);

/** The bytes that have come and were not taken yet. */
class Input {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(512 * 1024);
  #start = 0;
  #end = 0;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  take(count: number): void {
    this.#start += count;
  }

  async read(): Promise<boolean> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const count = await this.#conn.read(this.#buffer.subarray(this.#end));
    this.#end += count ?? 0;
    return count !== null;
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

async function shakeHands(conn: Deno.Conn, input: Input): Promise<void> {
  let head;
  do {
    if (!await input.read()) throw new Error("The head has ended too early");
    head = new TextDecoder().decode(input.bytes);
  } while (!head.includes("\r\n\r\n"));
  input.take(head.length);
  const key = /^Sec-WebSocket-Key: (.*)\r$/mi.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(key + GUID).digest("base64");
  const response = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    "",
    "",
  ].join("\r\n");
  await writeAll(conn, new TextEncoder().encode(response));
}

/** The first frame; null if it has not come as a whole. */
function findFrame(bytes: Uint8Array): Frame | null {
  const second = bytes[1];
  if (second === undefined) return null;
  const length = second & 127;
  const size = length < 126 ? 0 : length === 126 ? 2 : 8;
  let payload = size === 0 ? length : 0;
  for (let i = 2; i < 2 + size; i++) payload = payload * 256 + (bytes[i] ?? 0);
  const start = 2 + size + MASK_SIZE;
  const end = start + payload;
  if (bytes.length < end) return null;
  return { opcode: (bytes[0] ?? 0) & 15, start, end };
}

/** Makes the frame of a client one of a server, in the same place. */
function unmask(bytes: Uint8Array, { start, end }: Frame): Uint8Array {
  const key = start - MASK_SIZE;
  for (let i = start; i < end; i++) {
    bytes[i] = (bytes[i] ?? 0) ^ (bytes[key + ((i - start) & 3)] ?? 0);
  }
  bytes.copyWithin(MASK_SIZE, 0, key);
  const frame = bytes.subarray(MASK_SIZE, end);
  frame[1] = (frame[1] ?? 0) & 127;
  return frame;
}

function textFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return new Uint8Array([0x80 | TEXT, payload.length, ...payload]);
}

async function serve(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const input = new Input(conn);
  let total = 0;
  try {
    await shakeHands(conn, input);
    do {
      for (;;) {
        const { bytes } = input;
        const frame = findFrame(bytes);
        if (frame === null) break;
        input.take(frame.end);
        if (frame.opcode === CLOSE) return;
        if (frame.opcode === TEXT) await writeAll(conn, textFrame(`${total}`));
        total += frame.end - frame.start;
        if (mode === "echo") await writeAll(conn, unmask(bytes, frame));
      }
    } while (await input.read());
  } catch (error) {
    // A sender that ends in the middle resets its connection.
    console.error(String(error));
  } finally {
    conn.close();
  }
}

async function endWithInput(): Promise<never> {
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit();
}

endWithInput();
for await (const conn of listener) serve(conn);
