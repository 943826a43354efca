import { assert } from "@std/assert";
import { LINUX } from "../../../sockets/winsock/_linux_constants.ts";
import { type Libc, libc } from "../../../sockets/winsock/_libc.ts";
import {
  AF_INET,
  decodeAddress,
  encodeAddress,
} from "../../../sockets/winsock/_socket_address.ts";
import {
  acceptUnix,
  connectUnix,
  listenUnix,
} from "../../../sockets/_broker/unix_socket.ts";

/** What tests of sockets that are passed on need. */
export const PASSING: Omit<Deno.TestDefinition, "fn" | "name"> = {
  permissions: { ffi: true, net: ["127.0.0.1"], read: true, run: true },
  ignore: libc === null,
};

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const LOOPBACK = "127.0.0.1";

export function native(): Libc {
  assert(libc !== null);
  return libc;
}

/** A TCP connection: one end is a descriptor. */
export interface StreamPair {
  readonly descriptor: number;
  readonly peer: Deno.TcpConn;
}

export async function openStream(): Promise<StreamPair> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const descriptor = connectTo(SOCK_STREAM, listener.addr.port);
  return { descriptor, peer: await listener.accept() };
}

/** A descriptor that is connected to a port of this computer. */
export function connectTo(type: number, port: number): number {
  const { call } = native();
  const descriptor = call.socket(AF_INET, type, 0);
  const address = encodeAddress({ hostname: LOOPBACK, port }, AF_INET);
  assert(call.connect(descriptor, address, address.length) === 0);
  return descriptor;
}

/** A descriptor that listens, and its port. */
export function openListener(): { descriptor: number; port: number } {
  const opened = openBound(SOCK_STREAM);
  assert(native().call.listen(opened.descriptor, 16) === 0);
  return opened;
}

/** A descriptor that receives datagrams, and its port. */
export function openDatagram(): { descriptor: number; port: number } {
  return openBound(SOCK_DGRAM);
}

export function sendDatagram(port: number, text: string): void {
  const descriptor = connectTo(SOCK_DGRAM, port);
  send(descriptor, text);
  close(descriptor);
}

function openBound(type: number): { descriptor: number; port: number } {
  const { call } = native();
  const descriptor = call.socket(AF_INET, type, 0);
  const address = encodeAddress({ hostname: LOOPBACK, port: 0 }, AF_INET);
  assert(call.bind(descriptor, address, address.length) === 0);
  const length = new Uint8Array(Uint32Array.of(address.length).buffer);
  assert(call.getsockname(descriptor, address, length) === 0);
  return { descriptor, port: decodeAddress(address).port };
}

/** Two ends of a Unix connection; the calls of the first wait for one second. */
export function openUnixPair(): [number, number] {
  const libc = native();
  // The kernel has a name space of its own for what begins with a zero.
  const path = `\0${crypto.randomUUID()}`;
  const listener = listenUnix(libc, path);
  const client = connectUnix(libc, path, 1);
  const server = acceptUnix(libc, listener);
  libc.call.close(listener);
  assert(client >= 0 && server >= 0);
  return [client, server];
}

export function close(...descriptors: readonly number[]): void {
  for (const one of descriptors) native().call.close(one);
}

export function send(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const sent = native().call.write(descriptor, bytes, BigInt(bytes.length));
  assert(Number(sent) === bytes.length);
}

/** What can be read now; null if nothing can, "" at the end. */
export function receive(descriptor: number, flags: number = 0): string | null {
  const bytes = new Uint8Array(1024);
  const count = native().call.recv(descriptor, bytes, 1024n, flags);
  return count < 0 ? null : new TextDecoder().decode(bytes.subarray(0, count));
}

/** Whether a descriptor is open in this process. */
export function isOpen(descriptor: number): boolean {
  const F_GETFD = 1;
  return native().call.fcntl(descriptor, F_GETFD, 0) >= 0;
}

/** A descriptor whose copies can be followed, wherever they go. */
export class Traced {
  readonly descriptor: number;
  readonly #witness: number;

  constructor() {
    [this.#witness, this.descriptor] = openUnixPair();
  }

  /** Whether all copies are closed, this one too. */
  get isClosed(): boolean {
    // The other end sees the end then, and before nothing.
    return receive(this.#witness, LINUX.MSG_DONTWAIT) === "";
  }

  /** Closes both ends; throws if there is still a copy. */
  assertNoCopies(): void {
    close(this.descriptor);
    const { isClosed } = this;
    close(this.#witness);
    assert(isClosed, "A copy of the descriptor was left open");
  }
}

/** Reads once from a connection; null at its end. */
export async function readText(conn: Deno.Conn): Promise<string | null> {
  const bytes = new Uint8Array(1024);
  const count = await conn.read(bytes);
  return count === null
    ? null
    : new TextDecoder().decode(bytes.subarray(0, count));
}

export async function writeText(conn: Deno.Conn, text: string): Promise<void> {
  await conn.write(new TextEncoder().encode(text));
}
