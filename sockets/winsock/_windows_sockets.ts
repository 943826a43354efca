import type { AddressRoom } from "./_address_room.ts";
import { BufferVector } from "./_buffer_vector.ts";
import { valueOf } from "./_constant_table.ts";
import type { Outcome } from "./_last_error.ts";
import { WINDOWS_LAYOUTS } from "./_layouts.ts";
import type {
  NativeSockets,
  Received,
  ReceiveOptions,
  SendOptions,
} from "./_native_sockets.ts";
import { PollPoller } from "./_poll_poller.ts";
import type { ReadinessPoller } from "./_readiness.ts";
import type { WindowsCalls } from "./_windows_calls.ts";
import { withLengths } from "./_with_lengths.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** `MAKEWORD(2, 2)`, and the size of a `WSADATA`. */
const VERSION = 0x202;
const DATA_SIZE = 408;

/** The socket calls of Windows. */
export class WindowsSockets implements NativeSockets {
  readonly #call: WindowsCalls;
  readonly #vector: BufferVector;
  readonly #count = new Uint32Array(1);
  readonly #flags = new Uint32Array(1);
  /** Windows does not tell which sockets do not wait. */
  readonly #nonBlocking = new Set<number>();
  #poller: ReadinessPoller | null = null;

  constructor(
    call: WindowsCalls,
    addressOf: (bytes: Bytes) => bigint = pointerTo,
  ) {
    this.#call = call;
    call.WSAStartup(VERSION, new Uint8Array(DATA_SIZE));
    const { size, buf: address, len: length } = WINDOWS_LAYOUTS.wsabuf;
    this.#vector = new BufferVector({ size, address, length }, addressOf);
  }

  get poller(): ReadinessPoller {
    return this.#poller ??= new PollPoller(this);
  }

  socket(family: number, type: number, protocol: number): Outcome {
    return this.#outcome(this.#call.socket(family, type, protocol));
  }

  close(s: number): Outcome {
    this.#nonBlocking.delete(s);
    return this.#outcome(this.#call.closesocket(BigInt(s)));
  }

  bind(s: number, name: Bytes): Outcome {
    return this.#outcome(this.#call.bind(BigInt(s), name, name.length));
  }

  listen(s: number, backlog: number): Outcome {
    return this.#outcome(this.#call.listen(BigInt(s), backlog));
  }

  accept(s: number, name: AddressRoom, waits: boolean): Outcome {
    const outcome = this.#atOnce(s, waits, () => {
      name.clear();
      const { bytes, lengthBytes } = name;
      return this.#outcome(this.#call.accept(BigInt(s), bytes, lengthBytes));
    });
    // It is like the socket that listens was at that moment.
    if (outcome >= 0) this.#setNonBlocking(outcome, this.#nonBlocking.has(s));
    return outcome;
  }

  connect(s: number, name: Bytes, waits: boolean): Outcome {
    return this.#atOnce(
      s,
      waits,
      () => this.#outcome(this.#call.connect(BigInt(s), name, name.length)),
    );
  }

  shutdown(s: number, how: number): Outcome {
    return this.#outcome(this.#call.shutdown(BigInt(s), how));
  }

  getsockname(s: number, name: AddressRoom): Outcome {
    name.clear();
    const { bytes, lengthBytes } = name;
    return this.#outcome(this.#call.getsockname(BigInt(s), bytes, lengthBytes));
  }

  getpeername(s: number, name: AddressRoom): Outcome {
    name.clear();
    const { bytes, lengthBytes } = name;
    return this.#outcome(this.#call.getpeername(BigInt(s), bytes, lengthBytes));
  }

  getsockopt(
    s: number,
    level: number,
    option: number,
    value: Bytes,
    length: Uint32Array<ArrayBuffer>,
  ): Outcome {
    return this.#outcome(
      this.#call.getsockopt(BigInt(s), level, option, value, length),
    );
  }

  setsockopt(s: number, level: number, option: number, value: Bytes): Outcome {
    const { length } = value;
    return this.#outcome(
      this.#call.setsockopt(BigInt(s), level, option, value, length),
    );
  }

  ioctl(
    s: number,
    command: number,
    argument: Uint32Array<ArrayBuffer>,
  ): Outcome {
    const outcome = this.#outcome(
      // A `long`, which is signed.
      this.#call.ioctlsocket(BigInt(s), command | 0, argument),
    );
    if (outcome === 0 && command === valueOf("FIONBIO")) {
      if (argument[0] === 0) this.#nonBlocking.delete(s);
      else this.#nonBlocking.add(s);
    }
    return outcome;
  }

  send(s: number, buffers: readonly Bytes[], options: SendOptions): Outcome {
    const { flags, to, waits } = options;
    this.#vector.fill(buffers);
    return this.#atOnce(s, waits, () => {
      const result = this.#call.WSASendTo(
        BigInt(s),
        this.#vector.bytes,
        buffers.length,
        this.#count,
        flags,
        to,
        to?.length ?? 0,
        null,
        null,
      );
      return result === 0 ? this.#count[0] ?? 0 : this.#outcome(result);
    });
  }

  receive(
    s: number,
    buffers: readonly Bytes[],
    options: ReceiveOptions,
  ): Received {
    const { flags, from, waits } = options;
    this.#vector.fill(buffers);
    this.#flags[0] = flags;
    const outcome = this.#atOnce(s, waits, () => {
      from?.clear();
      const result = this.#call.WSARecvFrom(
        BigInt(s),
        this.#vector.bytes,
        buffers.length,
        this.#count,
        this.#flags,
        from?.bytes ?? null,
        from?.lengthBytes ?? null,
        null,
        null,
      );
      return result === 0 ? this.#count[0] ?? 0 : this.#outcome(result);
    });
    this.#vector.handOver(buffers);
    return { outcome, flags: this.#flags[0] ?? 0 };
  }

  poll(descriptors: Bytes, count: number, timeout: number): Outcome {
    return this.#outcome(this.#call.WSAPoll(descriptors, count, timeout));
  }

  pollAsync(
    descriptors: Bytes,
    count: number,
    timeout: number,
  ): Promise<number> {
    return this.#call.WSAPollAsync(descriptors, count, timeout);
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
    return this.#outcome(this.#call.gethostname(name, name.length));
  }

  /** Calls while the socket does not wait, if it is not to wait. */
  #atOnce(s: number, waits: boolean, call: () => Outcome): Outcome {
    if (waits || this.#nonBlocking.has(s)) return call();
    this.#setNonBlocking(s, true);
    const outcome = call();
    this.#setNonBlocking(s, false);
    return outcome;
  }

  #setNonBlocking(s: number, on: boolean): void {
    this.ioctl(s, valueOf("FIONBIO"), Uint32Array.of(Number(on)));
  }

  #outcome(result: number | bigint): Outcome {
    return result < 0 ? -this.#call.WSAGetLastError() : Number(result);
  }
}

function pointerTo(bytes: Bytes): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
}
