import { abortable } from "@std/async";
import { toWebSocketError } from "../../errors/_web_failure.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { type Deadline, withDeadline } from "../_transport/deadline.ts";
import { quote } from "../addressing/_quote.ts";
import type { Connection } from "../stream_socket/_connection.ts";
import { controlStateOf } from "../stream_socket/_control_state.ts";
import { socketStateOf } from "../stream_socket/_socket_state.ts";
import { checkTlsSettings } from "../stream_socket/_tls_settings.ts";
import { SocketProtectionLevel } from "../stream_socket/socket_protection_level.ts";
import { StreamSocket } from "../stream_socket/stream_socket.ts";
import { makeKey } from "./_handshake/accept_key.ts";
import { formatBasic } from "./_handshake/basic_credential.ts";
import {
  checkUpgradeResponse,
  formatUpgradeRequest,
  invalidResponse,
} from "./_handshake/client_handshake.ts";
import type { ControlState } from "./_control_state.ts";
import type { DeflateParameters } from "./_handshake/deflate_parameters.ts";
import { HeadFailure } from "./_handshake/head_failure.ts";
import { HeadEnded, readHead } from "./_handshake/head_reader.ts";
import type { HeaderField } from "./_handshake/header_field.ts";
import {
  parseResponseHead,
  type ResponseHead,
} from "./_handshake/http_head.ts";
import { formatOffer } from "./_handshake/permessage_deflate.ts";
import {
  checkConnectResponse,
  formatConnectRequest,
} from "./_handshake/proxy_handshake.ts";
import { checkProtocols } from "./_handshake/subprotocols.ts";
import { nameOf, portOf } from "./_handshake/web_socket_uri.ts";
import type { PasswordCredential } from "./password_credential.ts";

/** What a client connects to, and how. */
export interface ConnectRequest {
  readonly url: URL;
  readonly headers: readonly HeaderField[];
  readonly control: ControlState;
  readonly signal: AbortSignal;
  /** Called when there is a socket, whose information tells more and more. */
  onSocket(socket: StreamSocket): void;
  /** Called when TLS is there; throws if the certificate is refused. */
  onSecure: ((socket: StreamSocket) => Promise<void>) | null;
}

/** A connection whose handshake is done. */
export interface Connected {
  readonly connection: Connection;
  readonly protocol: string;
  readonly parameters: DeflateParameters | null;
}

/**
 * Connects, by a proxy if there is one, and shakes hands.
 *
 * @throws {ArgumentError} If something is not acceptable, before any I/O.
 */
export async function connect(request: ConnectRequest): Promise<Connected> {
  const { control, signal } = request;
  const protocols = [...control.supportedProtocols];
  checkProtocols(protocols);
  checkTlsSettings(controlStateOf(control.connection).tls);
  const key = makeKey();
  const upgrade = formatUpgradeRequest({
    url: request.url,
    key,
    protocols,
    headers: request.headers,
    extensions: control.compression && formatOffer(control.compression),
    authorization: authorize(control.serverCredential),
  });
  const socket = makeSocket(request);
  try {
    await connectSocket(socket, request);
    const { connection } = socketStateOf(socket);
    const response = await ask(connection, upgrade, request, "server");
    const { compression } = control;
    const subject = nameOf(request.url);
    const expected = { key, protocols, compression, subject };
    return { connection, ...await checkUpgradeResponse(response, expected) };
  } catch (error) {
    leave(socket);
    signal.throwIfAborted();
    throw toWebSocketError(
      error,
      `Cannot connect to ${quote(nameOf(request.url))}`,
    );
  }
}

/** Closes the socket; what was not sent yet is not worth waiting for. */
function leave(socket: StreamSocket): void {
  const state = socketStateOf(socket);
  const isSending = state.transport !== null &&
    state.connection.queue.queuedSize > 0;
  if (isSending) state.connection.abort();
  socket.close();
}

function authorize(credential: PasswordCredential | null): string | null {
  return credential === null ? null : formatBasic(credential);
}

function makeSocket(
  { control, onSecure, onSocket }: ConnectRequest,
): StreamSocket {
  const socket = new StreamSocket();
  const from = control.connection;
  const to = socket.control;
  to.noDelay = from.noDelay;
  if (from.outboundBufferSizeInBytes > 0) {
    to.outboundBufferSizeInBytes = from.outboundBufferSizeInBytes;
  }
  to.clientCertificate = from.clientCertificate;
  to.ignorableServerCertificateErrors.push(
    ...from.ignorableServerCertificateErrors,
  );
  to.trustedRootCertificates = from.trustedRootCertificates;
  to.handshakeTimeout = from.handshakeTimeout;
  to.collectTlsInformation = from.collectTlsInformation || onSecure !== null;
  onSocket(socket);
  return socket;
}

async function connectSocket(
  socket: StreamSocket,
  request: ConnectRequest,
): Promise<void> {
  const { url, control, signal, onSecure } = request;
  const host = bareHost(url);
  const isSecure = url.protocol === "wss:";
  const { plainSocket, tls12 } = SocketProtectionLevel;
  if (control.proxy === null) {
    const level = isSecure ? tls12 : plainSocket;
    await socket.connectAsync(host, portOf(url), level, { signal });
  } else {
    await connectByProxy(socket, control.proxy, request);
    if (isSecure) await socket.upgradeToSslAsync(tls12, host, { signal });
  }
  if (!isSecure || onSecure === null) return;
  await withDeadline(
    deadline(request, "no handler has decided about the certificate"),
    (signal) => abortable(onSecure(socket), signal),
  );
}

async function connectByProxy(
  socket: StreamSocket,
  proxy: URL,
  request: ConnectRequest,
): Promise<void> {
  const { url, control, signal } = request;
  const port = proxy.port === "" ? HTTP_PORT : Number(proxy.port);
  const tunnel = formatConnectRequest({
    host: url.hostname,
    port: portOf(url),
    authorization: authorize(control.proxyCredential),
  });
  const { plainSocket } = SocketProtectionLevel;
  await socket.connectAsync(bareHost(proxy), port, plainSocket, { signal });
  const { connection } = socketStateOf(socket);
  const response = await ask(connection, tunnel, request, "proxy");
  checkConnectResponse(response, nameOf(url));
  if (!connection.reader.hasBuffered) return;
  throw invalidResponse(nameOf(url), "the proxy has sent more than its answer");
}

/** Sends a request, and waits for the head of the response. */
async function ask(
  connection: Connection,
  bytes: Uint8Array,
  request: ConnectRequest,
  peer: "server" | "proxy",
): Promise<ResponseHead> {
  const { url } = request;
  try {
    const head = await withDeadline(
      deadline(request, `the ${peer} has not answered`),
      async (signal) => {
        await abortable(connection.queue.write(bytes), signal);
        return await readHead(connection.reader, signal);
      },
    );
    return parseResponseHead(head);
  } catch (error) {
    if (error instanceof HeadFailure || error instanceof HeadEnded) {
      throw invalidResponse(nameOf(url), `${peer}: ${error.message}`, error);
    }
    throw error instanceof SocketError ? nameUrl(error, url) : error;
  }
}

/** The same failure, with the URL in the place of what failed under it. */
function nameUrl(error: SocketError, url: URL): SocketError {
  const [, reason = error.message] = /^.*?": (.*)$/s.exec(error.message) ?? [];
  const message = `Cannot connect to ${quote(nameOf(url))}: ${reason}`;
  return new SocketError(message, error.hresult, { cause: error });
}

/** How long a step of the handshake may take. */
function deadline(
  { url, control, signal }: ConnectRequest,
  what: string,
): Deadline {
  const { handshakeTimeout: milliseconds } = control.connection;
  const onTimeout = (): Error =>
    new WebSocketError(
      `Cannot connect to ${
        quote(nameOf(url))
      }: ${what} within "${milliseconds}" ms`,
      HResult.WININET_E_TIMEOUT,
    );
  return { milliseconds, signal, onTimeout };
}

/** RFC 9110, 4.2.1. */
const HTTP_PORT = 80;

/** The address of IPv6 is in brackets in a URL alone. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
