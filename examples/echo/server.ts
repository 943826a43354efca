// deno-lint-ignore-file no-console -- it prints for its user
import {
  type Certificate,
  SocketProtectionLevel,
  type StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";
import { describeFailure } from "./failure.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ServerOptions } from "./options.ts";

/** Where to listen, and how. */
export interface ListenTarget {
  /** Null stands for all addresses. */
  readonly host: string | null;
  /** A port or a service name; empty lets the system choose. */
  readonly port: string;
  /** Null: without TLS. */
  readonly certificate: Certificate | null;
}

/** Serves until Ctrl-C. */
export async function runServer(
  { host, port, tls }: ServerOptions,
): Promise<void> {
  const interrupted = untilInterrupted();
  const certificate = tls ? await showCertificate() : null;
  using _listener = await listen({ host, port, certificate });
  await interrupted;
}

/**
 * Listens, and sends back what each connection sends.
 *
 * @param prefix What each line that is printed starts with.
 */
export async function listen(
  { host, port, certificate }: ListenTarget,
  prefix = "",
): Promise<StreamSocketListener> {
  const { plainSocket, tls12 } = SocketProtectionLevel;
  const listener = new StreamSocketListener();
  listener.control.serverCertificate = certificate;
  listener.onerror = ({ error }) => {
    console.error(`${prefix}${describeFailure(error)}`);
  };
  listener.onconnectionreceived = ({ socket }) => echo(socket, prefix);
  const level = certificate === null ? plainSocket : tls12;
  await listener.bindEndpointAsync(host, port, level);
  const { localPort } = listener.information;
  console.log(`${prefix}listening on port ${localPort}`);
  return listener;
}

/** Makes a certificate, and tells its fingerprint. */
export async function showCertificate(): Promise<Certificate> {
  const certificate = await makeCertificate();
  console.log(`certificate with fingerprint ${fingerprintOf(certificate)}`);
  return certificate;
}

/** Makes a certificate; the library for it is not loaded before. */
export async function makeCertificate(): Promise<Certificate> {
  const { makeThrowAwayCertificate } = await import(
    "./throw_away_certificate.ts"
  );
  return await makeThrowAwayCertificate();
}

async function echo(socket: StreamSocket, prefix: string): Promise<void> {
  const { remoteAddress, remotePort } = socket.information;
  const peer = `${prefix}${remoteAddress} port ${remotePort}`;
  console.log(`${peer} connected`);
  let count = 0;
  try {
    for await (const chunk of socket.inputStream) {
      count += await socket.outputStream.writeAsync(chunk);
    }
    console.log(`${peer} got ${count} bytes back`);
  } catch (error) {
    console.error(`${peer}: ${describeFailure(error)}`);
  } finally {
    socket.close();
  }
}
