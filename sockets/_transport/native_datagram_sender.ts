import { LINUX } from "../winsock/_linux_constants.ts";
import type {
  DatagramRow,
  DatagramsSent as Sent,
  SegmentLimits,
} from "../winsock/_datagram_vector.ts";
import type { DatagramSender, DatagramsSent } from "./datagram_transport.ts";

const { EAGAIN, ECONNREFUSED, EINVAL, EIO, EMSGSIZE, ENOPROTOOPT } = LINUX;

/** The most that the kernel cuts, and what older ones do (linux/udp.h). */
const MAX_SEGMENTS = 128;
const MAX_SEGMENTS_BEFORE = 64;
/** A datagram that every path takes whole (RFC 1122, section 3.3.3). */
const MIN_PATH_SIZE = 548;

/** What a sender needs of its socket. */
export interface NativeDatagramSocket {
  /** Sends without waiting. */
  send(row: DatagramRow, limits: SegmentLimits): Sent;
  /** Resolves when the socket takes datagrams again, or is closed. */
  writable(): Promise<void>;
  /** Takes note of an error that a send has learned of an earlier one. */
  note(errno: number): void;
  /** Why datagrams cannot be sent, classified. */
  explain(errno: number): Error;
}

/** What the kernel cuts, as far as this process has learned. */
export class Segmentation {
  count: number = MAX_SEGMENTS;

  /** Learns from a failure; tells whether there is less to try. */
  learn(errno: number, run: number): boolean {
    if (errno === EINVAL && run > MAX_SEGMENTS_BEFORE) {
      this.count = MAX_SEGMENTS_BEFORE;
      return true;
    }
    // No such option; or a device that cannot make the checksums (udp(7)).
    if (errno !== ENOPROTOOPT && errno !== EIO) return false;
    this.count = 1;
    return true;
  }
}

const shared = new Segmentation();

/** Sends by native calls, many datagrams in one. */
export class NativeDatagramSender implements DatagramSender {
  readonly #socket: NativeDatagramSocket;
  readonly #segmentation: Segmentation;
  /** Larger ones are not cut: they are too long for the path. */
  #maxSize = Infinity;

  constructor(
    socket: NativeDatagramSocket,
    segmentation: Segmentation = shared,
  ) {
    this.#socket = socket;
    this.#segmentation = segmentation;
  }

  send(row: DatagramRow): DatagramsSent | Promise<DatagramsSent> {
    for (;;) {
      const limits = { count: this.#segmentation.count, size: this.#maxSize };
      const { count, errno, firstRun } = this.#socket.send(row, limits);
      if (count > 0) return { count, error: null };
      if (errno === EAGAIN) return this.#wait(row);
      if (errno === ECONNREFUSED) this.#socket.note(errno);
      else if (firstRun === 1 || !this.#learn(errno, firstRun, row)) {
        return { count: 0, error: this.#socket.explain(errno) };
      }
    }
  }

  async #wait(row: DatagramRow): Promise<DatagramsSent> {
    await this.#socket.writable();
    // Those that waited may have been dropped.
    return row.first < row.lengths.length
      ? this.send(row)
      : { count: 0, error: null };
  }

  #learn(errno: number, run: number, row: DatagramRow): boolean {
    if (this.#segmentation.learn(errno, run)) return true;
    if (errno !== EINVAL && errno !== EMSGSIZE) return false;
    // The kernel cuts nothing into parts that the path would cut again.
    const size = row.lengths[row.first] ?? 0;
    if (size > MIN_PATH_SIZE) this.#maxSize = size - 1;
    else this.#segmentation.count = 1;
    return true;
  }
}
