import type { AddressRoom } from "./_address_room.ts";
import type { Outcome } from "./_last_error.ts";
import type { ReadinessPoller } from "./_readiness.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How bytes are sent. */
export interface SendOptions {
  readonly flags: number;
  /** A `struct sockaddr`; null if the socket is connected. */
  readonly to: Bytes | null;
  /** Whether the call waits, if the socket does. */
  readonly waits: boolean;
}

/** How bytes are received. */
export interface ReceiveOptions {
  readonly flags: number;
  /** Where the address of the sender goes. */
  readonly from: AddressRoom | null;
  /** Whether the call waits, if the socket does. */
  readonly waits: boolean;
}

/** What has been received. */
export interface Received {
  /** How many bytes. */
  readonly outcome: Outcome;
  readonly flags: number;
}

/**
 * The socket calls of a platform, made alike. What they return is an outcome,
 * save for those of names, which return what the platform's call returns.
 */
export interface NativeSockets {
  socket(family: number, type: number, protocol: number): Outcome;
  close(s: number): Outcome;
  bind(s: number, name: Bytes): Outcome;
  listen(s: number, backlog: number): Outcome;
  accept(s: number, name: AddressRoom, waits: boolean): Outcome;
  connect(s: number, name: Bytes, waits: boolean): Outcome;
  shutdown(s: number, how: number): Outcome;
  getsockname(s: number, name: AddressRoom): Outcome;
  getpeername(s: number, name: AddressRoom): Outcome;
  /** @param length The size of the value; the call sets it. */
  getsockopt(
    s: number,
    level: number,
    option: number,
    value: Bytes,
    length: Uint32Array<ArrayBuffer>,
  ): Outcome;
  setsockopt(s: number, level: number, option: number, value: Bytes): Outcome;
  ioctl(
    s: number,
    command: number,
    argument: Uint32Array<ArrayBuffer>,
  ): Outcome;
  send(s: number, buffers: readonly Bytes[], options: SendOptions): Outcome;
  receive(
    s: number,
    buffers: readonly Bytes[],
    options: ReceiveOptions,
  ): Received;
  /** @param descriptors An array of `struct pollfd`. */
  poll(descriptors: Bytes, count: number, timeout: number): Outcome;
  /** The same in a thread of its own; -1 if it fails. */
  pollAsync(
    descriptors: Bytes,
    count: number,
    timeout: number,
  ): Promise<number>;
  /** @param result Where the address of the list goes, a pointer. */
  getaddrinfo(
    node: Bytes | null,
    service: Bytes | null,
    hints: Bytes | null,
    result: Bytes,
  ): number;
  getaddrinfoAsync(
    ...args: Parameters<NativeSockets["getaddrinfo"]>
  ): Promise<number>;
  freeaddrinfo(list: Deno.PointerValue): void;
  getnameinfo(name: Bytes, host: Bytes, service: Bytes, flags: number): number;
  getnameinfoAsync(
    ...args: Parameters<NativeSockets["getnameinfo"]>
  ): Promise<number>;
  gethostname(name: Bytes): Outcome;
  /** What waits for these sockets. */
  readonly poller: ReadinessPoller;
}
