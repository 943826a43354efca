import { assertEquals, assertRejects } from "@std/assert";
import {
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  StreamSocket,
  type StreamSocketControl,
  StreamSocketListener,
  type StreamSocketListenerControl,
} from "../../mod.ts";
import type { Child } from "../examples/_child.ts";
import { randomBytes } from "../examples/_echo.ts";
import { identities } from "./_tls_identities.ts";

/** What does TLS for clients, and whether they are asked to tell all of it. */
export const CLIENTS: Readonly<Record<string, boolean>> = {
  "Deno.startTls": false,
  "node:tls": true,
};

const { tls12 } = SocketProtectionLevel;

/** Makes a client that trusts the root of the tests. */
export async function makeClient(
  collectsInformation: boolean,
  configure: (control: StreamSocketControl) => void = () => {},
): Promise<StreamSocket> {
  const socket = new StreamSocket();
  const { root } = await identities();
  socket.control.trustedRootCertificates.push(root.certificate);
  socket.control.collectTlsInformation = collectsInformation;
  configure(socket.control);
  return socket;
}

/** Makes a client, and connects it to a server at localhost. */
export async function connectClient(
  port: string,
  collectsInformation: boolean,
  configure?: (control: StreamSocketControl) => void,
): Promise<StreamSocket> {
  const socket = await makeClient(collectsInformation, configure);
  await socket.connectAsync("localhost", port, tls12);
  return socket;
}

/** A listener for secure connections, whose first events a test waits for. */
export interface SecureListener extends AsyncDisposable {
  readonly port: string;
  /** Resolves with the first connection. */
  readonly connection: Promise<StreamSocket>;
  /** Resolves with the first error. */
  readonly error: Promise<unknown>;
}

/** Makes a listener on 127.0.0.1. */
export async function startListener(
  configure: (control: StreamSocketListenerControl) => void = () => {},
): Promise<SecureListener> {
  const listener = new StreamSocketListener();
  const { server } = await identities();
  listener.control.serverCertificate = server.certificate;
  configure(listener.control);
  const connection = Promise.withResolvers<StreamSocket>();
  const error = Promise.withResolvers<unknown>();
  listener.onconnectionreceived = ({ socket }) => connection.resolve(socket);
  listener.onerror = (event) => error.resolve(event.error);
  await listener.bindEndpointAsync("127.0.0.1", "", tls12);
  return {
    port: listener.information.localPort,
    connection: connection.promise,
    error: error.promise,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

/** Writes text. */
export async function write(socket: StreamSocket, text: string): Promise<void> {
  await socket.outputStream.writeAsync(new TextEncoder().encode(text));
}

/** Reads so many bytes of text, or up to the end. */
export async function read(socket: StreamSocket, size = 1): Promise<string> {
  const bytes = await socket.inputStream.readAsync(new Uint8Array(size));
  return new TextDecoder().decode(bytes);
}

/** Asserts that text comes through in both directions. */
export async function assertTalks(
  socket: StreamSocket,
  child: Child,
): Promise<void> {
  await write(socket, "from here\n");
  await child.stdout.match(/from here\n/);
  await child.write("from there\n");
  assertEquals(await read(socket, 11), "from there\n");
}

/** Asserts that something fails, and returns how: status and message. */
export async function failure(
  doing: () => Promise<unknown>,
): Promise<string> {
  return describe(await assertRejects(doing, SocketError));
}

/** The status and the message of an error, without ports. */
export function describe(error: unknown): string {
  if (!(error instanceof SocketError)) return `${error}`;
  const name = Object.entries(SocketErrorStatus)
    .find(([, value]) => value === error.status)?.[0];
  return `${name}: ${error.message.replace(/:\d+"/, '"')}`;
}

/** Random bytes that OpenSSL takes for no commands, which are letters. */
export function randomData(size: number): Uint8Array<ArrayBuffer> {
  return randomBytes(size).map((byte) => byte | 0x80);
}

/** Those of the bytes that a program has printed which are no ASCII. */
export async function dataOf(child: Child): Promise<Uint8Array<ArrayBuffer>> {
  return (await child.stdout.bytes()).filter((byte) => byte >= 0x80);
}

/** The SHA-256 of bytes. */
export async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
