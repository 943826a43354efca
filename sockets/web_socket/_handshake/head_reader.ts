import { findHeadEnd, headTooLarge, MAX_HEAD_SIZE } from "./http_head.ts";

/** Where a head comes from: a `ByteReader`. */
export interface HeadSource {
  read(
    target: Uint8Array,
    options?: { signal?: AbortSignal },
  ): Promise<number | null>;
  unread(bytes: Uint8Array): void;
}

/** The end came before that of the head. */
export class HeadEnded extends Error {
  override readonly name = "HeadEnded";
  /** How many bytes of it had come. */
  readonly received: number;

  constructor(received: number) {
    super(`the connection ended after ${received} bytes of the head`);
    this.received = received;
  }
}

/** Most heads are shorter: it grows for those that are not. */
const FIRST_SIZE = 1024;

/**
 * Reads a head up to its empty line; what is behind stays in the source.
 *
 * @throws {HeadFailure} If it is too long.
 * @throws {HeadEnded} If it is not complete.
 */
export async function readHead(
  source: HeadSource,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let buffer = new Uint8Array(FIRST_SIZE);
  let length = 0;
  while (length < MAX_HEAD_SIZE) {
    if (length === buffer.length) buffer = doubled(buffer);
    const count = await source.read(buffer.subarray(length), { signal });
    if (count === null) throw new HeadEnded(length);
    const searched = length;
    length += count;
    const end = findHeadEnd(buffer.subarray(0, length), searched);
    if (end !== -1) {
      source.unread(buffer.subarray(end, length));
      return buffer.subarray(0, end);
    }
  }
  throw headTooLarge();
}

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}
