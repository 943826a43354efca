import {
  HResult,
  SocketError,
  SocketProtectionLevel,
  StreamSocket,
} from "@winrt/sockets";
import { fingerprintOf, IGNORED_ERRORS } from "./fingerprint.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ClientOptions } from "./options.ts";

/** Sends a message, or the standard input, and prints what comes back. */
export async function runClient(options: ClientOptions): Promise<void> {
  using socket = new StreamSocket();
  await Promise.race([talk(socket, options), untilInterrupted()]);
}

async function talk(
  socket: StreamSocket,
  options: ClientOptions,
): Promise<void> {
  await connect(socket, options);
  const { message } = options;
  const request = message === null
    ? Deno.stdin.readable
    : new Blob([message, "\n"]).stream();
  const sent = request.pipeTo(socket.outputStream);
  const received = socket.inputStream.pipeTo(Deno.stdout.writable);
  const done = Promise.all([sent, received]);
  // The input of a terminal does not end before the user says so.
  await (Deno.stdin.isTerminal() ? Promise.race([done, received]) : done);
}

async function connect(
  socket: StreamSocket,
  { host, port, tls, fingerprint }: ClientOptions,
): Promise<void> {
  if (!tls) return await socket.connectAsync(host, port);
  if (fingerprint !== null) {
    socket.control.ignorableServerCertificateErrors.push(...IGNORED_ERRORS);
  }
  await socket.connectAsync(host, port, SocketProtectionLevel.tls12);
  const certificate = socket.information.serverCertificate;
  const actual = certificate === null ? "" : fingerprintOf(certificate);
  if (fingerprint === null || fingerprint === actual) return;
  throw new SocketError(
    `Cannot trust "${host}:${port}": the fingerprint of its certificate is "${actual}"`,
    HResult.CERT_E_UNTRUSTEDROOT,
  );
}
