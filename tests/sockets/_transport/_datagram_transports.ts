import type {
  DatagramOptions,
  DatagramRow,
  DatagramSender,
  DatagramTransport,
} from "../../../sockets/_transport/datagram_transport.ts";
import type { Arrival } from "../../../sockets/_transport/datagram_inbox.ts";
import { DenoDatagramTransport } from "../../../sockets/_transport/deno_datagram_transport.ts";
import { NativeDatagramTransport } from "../../../sockets/_transport/native_datagram_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { NodeDatagramTransport } from "../../../sockets/_transport/node_datagram_transport.ts";
import type { TransportAddress } from "../../../sockets/_transport/transport_address.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import {
  decodeAddress,
  SOCKADDR_STORAGE_SIZE,
} from "../../../sockets/winsock/_socket_address.ts";
import {
  getSocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";

/** Linux, `bits/socket_type.h`. */
const SOCK_DGRAM = 2;

/** A datagram transport under test. */
export interface DatagramTransportKind {
  readonly name: string;
  readonly isAvailable: boolean;
  open(
    local: TransportAddress,
    options: DatagramOptions,
  ): DatagramTransport | Promise<DatagramTransport>;
}

/** Every implementation of the datagram transport. */
export const DATAGRAM_TRANSPORT_KINDS: readonly DatagramTransportKind[] = [
  {
    name: "native",
    isAvailable: hasNativeSockets(),
    open: NativeDatagramTransport.open,
  },
  {
    name: "Deno.listenDatagram",
    isAvailable: typeof Deno.listenDatagram === "function",
    open: DenoDatagramTransport.open,
  },
  {
    name: "node:dgram",
    isAvailable: true,
    open: NodeDatagramTransport.open,
  },
];

/** What sockets of loopback need. */
export const LOOPBACK: Deno.PermissionOptionsObject = {
  ffi: "inherit",
  net: ["127.0.0.1", "[::1]", "0.0.0.0", "[::]", "[ff01::1]"],
};

const DEFAULTS: DatagramOptions = {
  dontFragment: false,
  hopLimit: undefined,
  inboundBufferSize: undefined,
  lowLatency: false,
  multicastHopLimit: undefined,
  multicastLoopback: true,
  shared: false,
};

/** The options, all at their defaults but those that are told. */
export function optionsWith(
  options: Partial<DatagramOptions> = {},
): DatagramOptions {
  return { ...DEFAULTS, ...options };
}

/** Sockets of one kind, which are closed at the end. */
export class Sockets implements AsyncDisposable {
  readonly #kind: DatagramTransportKind;
  readonly #opened: DatagramTransport[] = [];

  constructor(kind: DatagramTransportKind) {
    this.#kind = kind;
  }

  async open(
    hostname: string = "127.0.0.1",
    options: Partial<DatagramOptions> = {},
    port: number = 0,
  ): Promise<DatagramTransport> {
    const local = { hostname, port };
    const socket = await this.#kind.open(local, optionsWith(options));
    this.#opened.push(socket);
    return socket;
  }

  /** One that receives, and a sender to it. */
  async openPair(
    hostname: string = "127.0.0.1",
  ): Promise<{ receiver: DatagramTransport; sender: DatagramSender }> {
    const receiver = await this.open(hostname);
    const sender = await this.open(hostname);
    return { receiver, sender: sender.senderTo(receiver.localAddress) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#opened) await socket.close();
  }
}

/** Puts datagrams into a row; it begins in the middle, as rows do. */
export function rowOf(datagrams: readonly Uint8Array[]): DatagramRow {
  const before = 7;
  const size = datagrams.reduce((sum, { length }) => sum + length, before);
  const bytes = new Uint8Array(size);
  let end = before;
  for (const datagram of datagrams) {
    bytes.set(datagram, end);
    end += datagram.length;
  }
  const lengths = [before, ...datagrams.map(({ length }) => length)];
  return { bytes, offset: before, lengths, first: 1 };
}

/** A datagram with bytes that follow from its number. */
export function datagramOf(
  size: number,
  number: number = 0,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => number * 7 + i);
}

/** Datagrams of these sizes, each with bytes of its own. */
export function datagramsOf(
  sizes: readonly number[],
): readonly Uint8Array<ArrayBuffer>[] {
  return sizes.map(datagramOf);
}

/** Sends a whole row, past what is refused; returns the refusals by index. */
export async function sendAll(
  sender: DatagramSender,
  datagrams: readonly Uint8Array[],
): Promise<ReadonlyMap<number, Error>> {
  const refusals = new Map<number, Error>();
  const row = rowOf(datagrams);
  let { first, offset } = row;
  while (first < row.lengths.length) {
    const { count, error } = await sender.send({ ...row, first, offset });
    if (count === 0 && error === null) throw new Error("Nothing was sent");
    if (error !== null) refusals.set(first + count - row.first, error);
    const done = first + count + (error === null ? 0 : 1);
    while (first < done) offset += row.lengths[first++] ?? 0;
  }
  return refusals;
}

/** Receives as many as told. */
export async function take(
  socket: DatagramTransport,
  count: number,
): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  while (arrivals.length < count) {
    const received = await socket.receive();
    if (received.length === 0) throw new Error("The socket was closed");
    arrivals.push(...received);
  }
  return arrivals;
}

/** The bytes of as many datagrams as told. */
export async function takeBytes(
  socket: DatagramTransport,
  count: number,
): Promise<readonly Uint8Array[]> {
  return (await take(socket, count)).map((arrival) => {
    if (arrival.error !== null) throw arrival.error;
    return arrival.bytes;
  });
}

/** The datagram sockets of this process that are bound to a port. */
export function descriptorsOf({ port }: TransportAddress): readonly number[] {
  if (libc === null) return [];
  const { getsockname } = libc.call;
  return Array.from({ length: 1024 }, (_, descriptor) => descriptor)
    .filter((descriptor) => {
      const raw = new Uint8Array(SOCKADDR_STORAGE_SIZE);
      const length = new Uint8Array(Uint32Array.of(raw.length).buffer);
      // Another test may have a TCP socket of the same port.
      return getsockname(descriptor, raw, length) === 0 &&
        decodeAddress(raw).port === port &&
        getSocketOption(descriptor, SocketOptions.SO_TYPE) === SOCK_DGRAM;
    });
}

/** Linux, `asm-generic/ioctls.h`. */
const FIONREAD = 0x541Bn;

/** How large the next datagram is that waits in a socket; 0 is none as well. */
export function sizeOfNext(descriptor: number): number {
  const size = new Int32Array(1);
  libc?.call.ioctl(descriptor, FIONREAD, new Uint8Array(size.buffer));
  return size[0] ?? 0;
}
