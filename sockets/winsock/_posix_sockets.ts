import type { AddressRoom } from "./_address_room.ts";
import { BufferVector } from "./_buffer_vector.ts";
import {
  WSAEFAULT,
  WSAEINPROGRESS,
  WSAEMSGSIZE,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from "./error_codes.ts";
import { valueOf } from "./_constant_table.ts";
import { toWinsockCode } from "./_error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type {
  NativeSockets,
  Received,
  ReceiveOptions,
  SendOptions,
} from "./_native_sockets.ts";
import type { PosixCalls, PosixLibrary } from "./_posix_library.ts";
import type { ReadinessPoller } from "./_readiness.ts";
import { withLengths } from "./_with_lengths.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** `fcntl.h`, the same on Linux and on macOS. */
const F_GETFL = 3;
const F_SETFL = 4;

/** The socket calls of Linux and macOS. */
export class PosixSockets implements NativeSockets {
  readonly #library: PosixLibrary;
  readonly #call: PosixCalls;
  readonly #vector: BufferVector;
  readonly #message: Bytes;
  readonly #messageView: DataView;
  #poller: ReadinessPoller | null = null;

  constructor(library: PosixLibrary) {
    this.#library = library;
    this.#call = library.call;
    const { iovec, msghdr } = library.layouts;
    const { size, iov_base: address, iov_len: length } = iovec;
    this.#vector = new BufferVector(
      { size, address, length },
      library.addressOf,
    );
    this.#message = new Uint8Array(msghdr.size);
    this.#messageView = new DataView(this.#message.buffer);
  }

  get poller(): ReadinessPoller {
    return this.#poller ??= this.#library.newPoller(this);
  }

  socket(family: number, type: number, protocol: number): Outcome {
    return this.#outcome(this.#call.socket(family, type, protocol));
  }

  close(s: number): Outcome {
    return this.#outcome(this.#call.close(s));
  }

  bind(s: number, name: Bytes): Outcome {
    return this.#outcome(this.#call.bind(s, name, name.length));
  }

  listen(s: number, backlog: number): Outcome {
    return this.#outcome(this.#call.listen(s, backlog));
  }

  accept(s: number, name: AddressRoom, waits: boolean): Outcome {
    const isNonBlocking = this.#isNonBlocking(s);
    const outcome = this.#atOnce(s, !waits && !isNonBlocking, () => {
      name.clear();
      const { bytes, lengthBytes } = name;
      return this.#outcome(this.#call.accept(s, bytes, lengthBytes));
    });
    if (outcome < 0) return this.#timed(s, outcome, waits);
    // In Winsock it is like the socket that listens.
    if (this.#isNonBlocking(outcome) !== isNonBlocking) {
      this.#setNonBlocking(outcome, isNonBlocking);
    }
    return outcome;
  }

  connect(s: number, name: Bytes, waits: boolean): Outcome {
    const isNonBlocking = this.#isNonBlocking(s);
    const outcome = this.#atOnce(
      s,
      !waits && !isNonBlocking,
      () => this.#outcome(this.#call.connect(s, name, name.length)),
    );
    if (outcome !== -WSAEINPROGRESS) return outcome;
    return waits && !isNonBlocking ? -WSAETIMEDOUT : -WSAEWOULDBLOCK;
  }

  shutdown(s: number, how: number): Outcome {
    return this.#outcome(this.#call.shutdown(s, how));
  }

  getsockname(s: number, name: AddressRoom): Outcome {
    name.clear();
    const { bytes, lengthBytes } = name;
    return this.#outcome(this.#call.getsockname(s, bytes, lengthBytes));
  }

  getpeername(s: number, name: AddressRoom): Outcome {
    name.clear();
    const { bytes, lengthBytes } = name;
    return this.#outcome(this.#call.getpeername(s, bytes, lengthBytes));
  }

  getsockopt(
    s: number,
    level: number,
    option: number,
    value: Bytes,
    length: Uint32Array<ArrayBuffer>,
  ): Outcome {
    const size = new Uint8Array(length.buffer, length.byteOffset, 4);
    return this.#outcome(this.#call.getsockopt(s, level, option, value, size));
  }

  setsockopt(s: number, level: number, option: number, value: Bytes): Outcome {
    const { length } = value;
    const result = this.#call.setsockopt(s, level, option, value, length);
    return this.#outcome(result);
  }

  ioctl(
    s: number,
    command: number,
    argument: Uint32Array<ArrayBuffer>,
  ): Outcome {
    const { buffer, byteOffset } = argument;
    const bytes = new Uint8Array(buffer, byteOffset, 4);
    return this.#outcome(this.#call.ioctl(s, BigInt(command), bytes));
  }

  send(s: number, buffers: readonly Bytes[], options: SendOptions): Outcome {
    const { flags, to, waits } = options;
    const { dontWait, noSignal } = this.#library;
    const name = to ?? NOWHERE;
    // An address of 64 bytes or less would move.
    scratch.set(name);
    this.#prepare(buffers, scratch, name.length);
    const all = flags | noSignal | (waits ? 0 : dontWait);
    const sent = this.#call.sendmsg(s, this.#message, all);
    return this.#timed(s, this.#outcome(sent), waits);
  }

  receive(
    s: number,
    buffers: readonly Bytes[],
    options: ReceiveOptions,
  ): Received {
    const { flags, from, waits } = options;
    from?.clear();
    this.#prepare(buffers, from?.bytes ?? scratch, from?.length ?? 0);
    const { dontWait, layouts } = this.#library;
    const all = waits ? flags : flags | dontWait;
    const received = this.#outcome(this.#call.recvmsg(s, this.#message, all));
    const outcome = this.#timed(s, received, waits);
    if (outcome < 0) return { outcome, flags: 0 };
    this.#vector.handOver(buffers);
    const { msg_flags, msg_namelen } = layouts.msghdr;
    if (from !== null) {
      from.length = this.#messageView.getUint32(msg_namelen, true);
    }
    const told = this.#messageView.getInt32(msg_flags, true);
    const isCut = (told & valueOf("MSG_TRUNC")) !== 0;
    return { outcome: isCut ? -WSAEMSGSIZE : outcome, flags: told };
  }

  poll(descriptors: Bytes, count: number, timeout: number): Outcome {
    const result = this.#call.poll(descriptors, BigInt(count), timeout);
    return this.#outcome(result);
  }

  pollAsync(
    descriptors: Bytes,
    count: number,
    timeout: number,
  ): Promise<number> {
    return this.#call.pollAsync(descriptors, BigInt(count), timeout);
  }

  getaddrinfo(...args: Parameters<NativeSockets["getaddrinfo"]>): number {
    return this.#call.getaddrinfo(...args);
  }

  getaddrinfoAsync(
    ...args: Parameters<NativeSockets["getaddrinfo"]>
  ): Promise<number> {
    return this.#call.getaddrinfoAsync(...args);
  }

  freeaddrinfo(list: Deno.PointerValue): void {
    this.#call.freeaddrinfo(list);
  }

  getnameinfo(...args: Parameters<NativeSockets["getnameinfo"]>): number {
    return this.#call.getnameinfo(...withLengths(...args));
  }

  getnameinfoAsync(
    ...args: Parameters<NativeSockets["getnameinfo"]>
  ): Promise<number> {
    return this.#call.getnameinfoAsync(...withLengths(...args));
  }

  gethostname(name: Bytes): Outcome {
    // It fails only if there is no room for the name.
    const result = this.#call.gethostname(name, BigInt(name.length));
    return result === 0 ? 0 : -WSAEFAULT;
  }

  /** Fills the `struct msghdr`. */
  #prepare(buffers: readonly Bytes[], name: Bytes, nameLength: number): void {
    this.#vector.fill(buffers);
    const view = this.#messageView;
    const { addressOf, layouts: { msghdr } } = this.#library;
    this.#message.fill(0);
    if (nameLength > 0) {
      view.setBigUint64(msghdr.msg_name, addressOf(name), true);
      view.setUint32(msghdr.msg_namelen, nameLength, true);
    }
    view.setBigUint64(msghdr.msg_iov, addressOf(this.#vector.bytes), true);
    // 64 bits on Linux and 32 on macOS; the upper half is 0.
    view.setUint32(msghdr.msg_iovlen, buffers.length, true);
  }

  /** Calls while the socket does not wait, if that has to be changed. */
  #atOnce(s: number, isChanged: boolean, call: () => Outcome): Outcome {
    if (!isChanged) return call();
    this.#setNonBlocking(s, true);
    const outcome = call();
    this.#setNonBlocking(s, false);
    return outcome;
  }

  #isNonBlocking(s: number): boolean {
    const flags = this.#call.fcntl(s, F_GETFL, 0);
    return flags > 0 && (flags & this.#library.nonBlocking) !== 0;
  }

  #setNonBlocking(s: number, on: boolean): void {
    const flags = this.#call.fcntl(s, F_GETFL, 0);
    if (flags < 0) return;
    const { nonBlocking } = this.#library;
    const changed = on ? flags | nonBlocking : flags & ~nonBlocking;
    this.#call.fcntl(s, F_SETFL, changed);
  }

  /** POSIX has one error for no wish to wait and for having waited too long. */
  #timed(s: number, outcome: Outcome, waits: boolean): Outcome {
    if (outcome !== -WSAEWOULDBLOCK || !waits) return outcome;
    return this.#isNonBlocking(s) ? outcome : -WSAETIMEDOUT;
  }

  #outcome(result: number): Outcome {
    return result < 0 ? -toWinsockCode(this.#library.errno()) : result;
  }
}

const NOWHERE: Bytes = new Uint8Array(0);
/** Large enough that V8 does not keep it on its heap, where it would move. */
const scratch: Bytes = new Uint8Array(128);
