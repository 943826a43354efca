import { valueOf } from "./_constant_table.ts";
import { type Layouts, layoutsOf } from "./_layouts.ts";
import { Readiness } from "./_readiness.ts";
import { PLATFORM, type Platform } from "./_platform.ts";

/** V8 would keep a smaller array on its heap, where another thread has no place. */
const MIN_SIZE = 128;

/** What tells of urgent data: WSAPoll refuses POLLPRI. */
export const POLL_URGENT: number = PLATFORM === "windows"
  ? valueOf("POLLRDBAND")
  : valueOf("POLLPRI");

/** The events of poll(2) that tell of what a descriptor is to be ready for. */
export function toPollEvents(readiness: number): number {
  return (readiness & Readiness.readable ? valueOf("POLLIN") : 0) |
    (readiness & Readiness.urgent ? POLL_URGENT : 0) |
    (readiness & Readiness.writable ? valueOf("POLLOUT") : 0);
}

/** An array of `struct pollfd`. */
export class PollDescriptors {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly #view: DataView;
  readonly #layout: Layouts["pollfd"];
  readonly #isWide: boolean;

  constructor(count: number, platform: Platform = PLATFORM) {
    this.#layout = layoutsOf(platform).pollfd;
    this.bytes = new Uint8Array(Math.max(count * this.#layout.size, MIN_SIZE));
    this.count = count;
    this.#view = new DataView(this.bytes.buffer);
    // A SOCKET of Windows has the size of a pointer.
    this.#isWide = platform === "windows";
  }

  /** One descriptor. */
  static of(fd: number, events: number): PollDescriptors {
    const descriptors = new PollDescriptors(1);
    descriptors.set(0, fd, events);
    return descriptors;
  }

  /** @param fd A negative one is passed over. */
  set(index: number, fd: number, events: number): void {
    const start = index * this.#layout.size;
    const at = start + this.#layout.fd;
    if (this.#isWide) this.#view.setBigInt64(at, BigInt(fd), true);
    else this.#view.setInt32(at, fd, true);
    this.#view.setInt16(start + this.#layout.events, events, true);
  }

  /** What has come of a descriptor. */
  revents(index: number): number {
    const at = index * this.#layout.size + this.#layout.revents;
    return this.#view.getInt16(at, true);
  }
}
