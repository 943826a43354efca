import { toSocketError } from "../../errors/_classify.ts";
import { READ_CANCELLED } from "../streams/_byte_reader.ts";
import {
  describeSocket,
  isInternet,
  localAddressOf,
  prepareDescriptor,
  remoteAddressOf,
  resetConnection,
} from "../winsock/_descriptor.ts";
import type { Libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { type Poller, Readiness, sharedPoller } from "../winsock/_poller.ts";
import { sendVector } from "../winsock/_send_vector.ts";
import { setSocketOption, SocketOptions } from "../winsock/_socket_options.ts";
import { isTransient, systemError } from "./errno.ts";
import { NativeSocket, setNativeOptions } from "./native_socket.ts";
import type {
  StreamHandover,
  StreamTransport,
  TransportOptions,
} from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";
import { nextTurn, Turns } from "./turns.ts";

const { MSG_DONTWAIT, MSG_NOSIGNAL, SHUT_RDWR, SHUT_WR, SOCK_STREAM } = LINUX;

/**
 * An answer is often there before a thread that waits could tell of it: so
 * often the event loop looks for it once something has arrived. Of many
 * connections one always has something, and the thread tells of all at once.
 */
const MAX_TRIES = 12;
const MAX_TRYING = 4;
/** What is read at most that nobody wants: these blocks. */
const DISCARD_SIZE = 64 * 1024;
const MAX_DISCARDS = 64;

/** How many connections are looked at without waiting. */
let trying = 0;

/** A connection whose descriptor is this library's own (Linux). */
export class NativeStreamTransport implements StreamTransport, StreamHandover {
  readonly descriptor: number;
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  readonly #libc: Libc;
  readonly #poller: Poller;
  readonly #native: NativeSocket | null;
  #writeFailure: unknown = null;
  /** How often it is still tried before a thread waits. */
  #tries = 0;
  readonly #reads = new Turns();
  readonly #writes = new Turns();
  #isReading = false;
  #isReadCancelled = false;
  #isClosed = false;

  private constructor(
    libc: Libc,
    descriptor: number,
    local: TransportAddress,
    remote: TransportAddress,
  ) {
    this.#libc = libc;
    this.#poller = sharedPoller(libc);
    this.descriptor = descriptor;
    this.localAddress = local;
    this.remoteAddress = remote;
    this.#native = NativeSocket.find(local, remote, descriptor);
  }

  /**
   * Takes over the descriptor of a connection, unless it throws.
   *
   * @param peer Where it leads to, if that is known: the system does not tell
   * of a connection that was reset.
   *
   * @throws {SocketError} If it is none.
   */
  static adopt(
    libc: Libc,
    descriptor: number,
    peer?: TransportAddress,
  ): NativeStreamTransport {
    const described = describeSocket(libc, descriptor);
    if (typeof described === "number") throw refusal(descriptor, described);
    if (described.type !== SOCK_STREAM) {
      throw refusal(descriptor, LINUX.EPROTOTYPE);
    }
    if (!isInternet(described.family)) {
      throw refusal(descriptor, LINUX.EAFNOSUPPORT);
    }
    const local = localAddressOf(libc, descriptor);
    const named = remoteAddressOf(libc, descriptor);
    const remote = named === LINUX.ENOTCONN ? peer ?? named : named;
    if (typeof local === "number") throw refusal(descriptor, local);
    if (typeof remote === "number") throw refusal(descriptor, remote);
    const errno = prepareDescriptor(libc, descriptor);
    if (errno !== 0) throw refusal(descriptor, errno);
    return new NativeStreamTransport(libc, descriptor, local, remote);
  }

  get handover(): StreamHandover {
    return this;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.#isReading = true;
    try {
      return await this.#read(buffer);
    } finally {
      this.#isReading = false;
      this.#isReadCancelled = false;
    }
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    if (this.#reads.isOver) await this.#untilTurn(this.#reads);
    for (;;) {
      if (this.#isClosed) throw systemError(LINUX.ECANCELED);
      if (this.#isReadCancelled) throw READ_CANCELLED;
      const count = this.#receive(buffer);
      if (count >= 0) {
        this.#tries = MAX_TRIES;
        this.#reads.count();
        return count === 0 ? null : count;
      }
      if (!isTransient(-count)) throw systemError(-count);
      if (this.#tries > 0 && trying < MAX_TRYING) {
        this.#tries--;
        trying++;
        await this.#untilTurn(this.#reads);
        trying--;
      } else {
        this.#reads.begin();
        await this.#poller.wait(this.descriptor, Readiness.readable);
      }
    }
  }

  cancelRead(): void {
    if (!this.#isReading) return;
    this.#isReadCancelled = true;
    this.#poller.nudge(this.descriptor);
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#writes.isOver) await this.#untilTurn(this.#writes);
    for (;;) {
      if (this.#isClosed) throw systemError(LINUX.ECANCELED);
      const { call, errno } = this.#libc;
      const sent = call.send(
        this.descriptor,
        isOwn(bytes) ? bytes : new Uint8Array(bytes),
        BigInt(bytes.length),
        MSG_DONTWAIT | MSG_NOSIGNAL,
      );
      if (sent >= 0) {
        this.#writes.count();
        return sent;
      }
      const failed = errno();
      if (!isTransient(failed)) throw systemError(failed);
      this.#writes.begin();
      await this.#poller.wait(this.descriptor, Readiness.writable);
    }
  }

  async #untilTurn(turns: Turns): Promise<void> {
    turns.begin();
    await nextTurn();
  }

  explainRead(error: unknown): unknown {
    return this.#explain("read from", error);
  }

  explainWrite(error: unknown): unknown {
    return this.#writeFailure = this.#explain("write to", error);
  }

  /** Linux tells a reset to one operation alone, which may be a write. */
  async confirmEnd(): Promise<void> {
    await nextTurn();
    if (this.#writeFailure !== null) throw this.#writeFailure;
  }

  get canWriteNow(): boolean {
    return true;
  }

  writeNow(pieces: readonly Uint8Array[]): number {
    if (this.#isClosed) return 0;
    const sent = sendVector(this.#libc, this.descriptor, pieces);
    if (sent >= 0) return sent;
    if (isTransient(-sent)) return 0;
    throw this.explainWrite(systemError(-sent));
  }

  async closeWrite(): Promise<void> {
    const { call, errno } = this.#libc;
    const failed = this.#isClosed
      ? LINUX.ECANCELED
      : call.shutdown(this.descriptor, SHUT_WR) === 0
      ? 0
      : errno();
    await Promise.resolve();
    if (failed !== 0) {
      throw this.#explain("end the data to", systemError(failed));
    }
  }

  setOptions(options: TransportOptions): void {
    const { TCP_NODELAY, SO_KEEPALIVE } = SocketOptions;
    this.#set("noDelay", TCP_NODELAY, options.noDelay);
    this.#set("keepAlive", SO_KEEPALIVE, options.keepAlive);
    setNativeOptions(this.#native, options);
  }

  /** The system resets the connection by itself if something was not read. */
  close(): Promise<void> {
    return this.abandon();
  }

  closeGracefully(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    // Else the system would reset it, as it does if there is too much.
    const rest = new Uint8Array(DISCARD_SIZE);
    for (let i = 0; i < MAX_DISCARDS && this.#receive(rest) > 0; i++);
    this.#libc.call.shutdown(this.descriptor, SHUT_RDWR);
    return this.abandon();
  }

  reset(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    resetConnection(this.#libc, this.descriptor);
    return this.abandon();
  }

  abandon(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    const forgotten = this.#poller.forget(this.descriptor);
    this.#libc.call.close(this.descriptor);
    return forgotten;
  }

  /** Returns how many bytes, or the error number, negative. */
  #receive(buffer: Uint8Array): number {
    const { call, errno } = this.#libc;
    const target = isOwn(buffer) ? buffer : new Uint8Array(buffer.length);
    const size = BigInt(target.length);
    const count = call.recv(this.descriptor, target, size, MSG_DONTWAIT);
    if (count < 0) return -errno();
    if (target !== buffer) buffer.set(target.subarray(0, count));
    return count;
  }

  #set(
    name: string,
    option: typeof SocketOptions.TCP_NODELAY,
    value: boolean,
  ): void {
    const errno = setSocketOption(this.descriptor, option, Number(value));
    if (errno === 0) return;
    throw toSocketError(
      systemError(errno),
      `Cannot set ${name} to "${value}"`,
    );
  }

  #explain(action: string, cause: unknown): Error {
    const remote = formatAddress(this.remoteAddress);
    return toSocketError(cause, `Cannot ${action} "${remote}"`);
  }
}

function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function refusal(descriptor: number, errno: number): Error {
  return toSocketError(
    systemError(errno),
    `Cannot use the descriptor "${descriptor}" as a connection`,
  );
}
