import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import { toCompressionSettings } from "./_compression_settings.ts";
import {
  actualPongInterval,
  assertUnlocked,
  checkInterval,
  type ControlState,
  createControlState,
} from "./_control_state.ts";
import { parseProxyUri } from "./_handshake/proxy_uri.ts";
import { PasswordCredential } from "./password_credential.ts";
import type { WebSocketCompressionOptions } from "./web_socket_compression_options.ts";

/**
 * The options of a WebSocket of a client: the `IWebSocketControl` and
 * `IWebSocketControl2` of WinRT, and what both of its control classes have. They
 * are set before `connectAsync`, and again after it has failed.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new MessageWebSocket();
 * const { control } = webSocket;
 * control.supportedProtocols.push("chat.v2", "chat.v1");
 * control.idleTimeout = 60_000;
 * assertEquals(control.compression, null);
 * ```
 */
export abstract class WebSocketControl {
  readonly #state: ControlState = createControlState(this);

  /**
   * The subprotocols that the server may choose one of, best first. What is added
   * after `connectAsync` was called is ignored, as in WinRT. The server may choose
   * none: then `information.protocol` is empty.
   *
   * @default {[]}
   *
   * @throws {ArgumentError} When the WebSocket connects, if one of them is not a
   * token (RFC 9110), or is there twice.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new StreamWebSocket();
   * webSocket.control.supportedProtocols.push("mqtt");
   * assertEquals(webSocket.control.supportedProtocols, ["mqtt"]);
   * ```
   */
  get supportedProtocols(): string[] {
    return this.#state.supportedProtocols;
  }

  /**
   * Who the user is for the server (Basic authentication, RFC 7617). It is sent
   * with the request, without waiting to be asked, so use it with `wss:`.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to something else than a `PasswordCredential`.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.serverCredential = new PasswordCredential(
   *   "wss://db.example/",
   *   "ann",
   *   "secret",
   * );
   * assertEquals(webSocket.control.serverCredential.userName, "ann");
   * ```
   */
  get serverCredential(): PasswordCredential | null {
    return this.#state.serverCredential;
  }

  set serverCredential(value: PasswordCredential | null) {
    checkCredential("serverCredential", value);
    assertUnlocked(this.#state, "serverCredential");
    this.#state.serverCredential = value;
  }

  /**
   * Who the user is for the proxy (Basic authentication, RFC 7617).
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to something else than a `PasswordCredential`.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.proxyCredential, null);
   * ```
   */
  get proxyCredential(): PasswordCredential | null {
    return this.#state.proxyCredential;
  }

  set proxyCredential(value: PasswordCredential | null) {
    checkCredential("proxyCredential", value);
    assertUnlocked(this.#state, "proxyCredential");
    this.#state.proxyCredential = value;
  }

  /**
   * The HTTP proxy to connect by, such as `http://proxy.example:3128`; `null` for
   * none. It makes a tunnel to the server (CONNECT, RFC 9110), which resolves the
   * name of the server. Not in WinRT, which uses the proxy of the system: here
   * there is none unless it is set.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to something else than an `http:` URL of a host
   * and a port.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.proxy = "http://proxy.example:3128";
   * assertEquals(webSocket.control.proxy?.host, "proxy.example:3128");
   * ```
   */
  get proxy(): URL | null {
    return this.#state.proxy;
  }

  set proxy(value: URL | string | null) {
    const proxy = value === null ? null : parseProxyUri(value);
    assertUnlocked(this.#state, "proxy");
    this.#state.proxy = proxy;
  }

  /**
   * How often a pong is sent that nobody asked for, in milliseconds; 0 for never.
   * It keeps the way to the server open, which forgets a silent connection.
   *
   * @default {30_000}
   *
   * @throws {ArgumentError} If set to something else than 0 to 2147483647.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.desiredUnsolicitedPongInterval = 5_000;
   * assertEquals(webSocket.control.actualUnsolicitedPongInterval, 15_000);
   * ```
   */
  get desiredUnsolicitedPongInterval(): number {
    return this.#state.desiredPongInterval;
  }

  set desiredUnsolicitedPongInterval(value: number) {
    const name = "desiredUnsolicitedPongInterval";
    checkInterval(name, value);
    assertUnlocked(this.#state, name);
    this.#state.desiredPongInterval = value;
  }

  /**
   * The interval that is used: the desired one, but at least 15 seconds, as in
   * WinHTTP. 0 stays 0.
   */
  get actualUnsolicitedPongInterval(): number {
    return actualPongInterval(this.#state);
  }

  /**
   * So many milliseconds without a byte from the server are the end of the
   * connection; 0 for no limit. After half of them a ping asks whether the server
   * is there. Not in WinRT.
   *
   * Time in which nothing is read, since nobody takes the messages, does not
   * count, nor does that in which the server takes what waits to be sent.
   *
   * @default {0}
   *
   * @throws {ArgumentError} If set to something else than 0 to 2147483647.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.idleTimeout = 60_000;
   * assertEquals(webSocket.control.idleTimeout, 60_000);
   * ```
   */
  get idleTimeout(): number {
    return this.#state.idleTimeout;
  }

  set idleTimeout(value: number) {
    checkInterval("idleTimeout", value);
    assertUnlocked(this.#state, "idleTimeout");
    this.#state.idleTimeout = value;
  }

  /**
   * How messages are compressed (permessage-deflate, RFC 7692), if the server
   * agrees; `null` for not at all. `true` stands for all defaults. Not in WinRT.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If an option is not acceptable.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.compression = { threshold: 256 };
   * assertEquals(webSocket.control.compression?.level, 6);
   * ```
   */
  get compression(): Readonly<Required<WebSocketCompressionOptions>> | null {
    return this.#state.compression;
  }

  set compression(value: WebSocketCompressionOptions | boolean | null) {
    const settings = toCompressionSettings(value);
    assertUnlocked(this.#state, "compression");
    this.#state.compression = settings;
  }

  /**
   * The size of the system's send buffer in bytes (`SO_SNDBUF`), 1 to 2147483647;
   * the system may round it. Setting it needs Linux and `--allow-ffi`.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set where native calls are not available.
   * After `connectAsync` it is ignored, as in WinRT.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.outboundBufferSizeInBytes, 0);
   * ```
   */
  get outboundBufferSizeInBytes(): number {
    return this.#state.connection.outboundBufferSizeInBytes;
  }

  set outboundBufferSizeInBytes(value: number) {
    if (this.#state.lock !== null) return;
    this.#state.connection.outboundBufferSizeInBytes = value;
  }

  /**
   * What the client shows to a server that asks for a certificate, with its
   * private key; see `StreamSocketControl.clientCertificate`.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to something else.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.clientCertificate, null);
   * ```
   */
  get clientCertificate(): Certificate | null {
    return this.#state.connection.clientCertificate;
  }

  set clientCertificate(value: Certificate | null) {
    assertUnlocked(this.#state, "clientCertificate");
    this.#state.connection.clientCertificate = value;
  }

  /**
   * What may be wrong with the certificate of the server; see
   * `StreamSocketControl.ignorableServerCertificateErrors`. Add to the list.
   *
   * @default {[]}
   *
   * @throws {ArgumentError} When the WebSocket connects, if one of them cannot be
   * ignored.
   *
   * @example Usage
   * ```ts
   * import { ChainValidationResult } from "@winrt/sockets/chain-validation-result";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * const { ignorableServerCertificateErrors } = webSocket.control;
   * ignorableServerCertificateErrors.push(ChainValidationResult.untrusted);
   * assertEquals(ignorableServerCertificateErrors.length, 1);
   * ```
   */
  get ignorableServerCertificateErrors(): ChainValidationResult[] {
    return this.#state.connection.ignorableServerCertificateErrors;
  }

  /**
   * The certificates that are trusted beside those of the system; see
   * `StreamSocketControl.trustedRootCertificates`. Not in WinRT.
   *
   * @default {[]}
   *
   * @throws {ArgumentError} When the WebSocket connects, if the list has something
   * else than certificates.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.trustedRootCertificates, []);
   * ```
   */
  get trustedRootCertificates(): Certificate[] {
    return this.#state.connection.trustedRootCertificates;
  }

  set trustedRootCertificates(value: readonly Certificate[]) {
    assertUnlocked(this.#state, "trustedRootCertificates");
    this.#state.connection.trustedRootCertificates = value;
  }

  /**
   * Whether `information` tells all of the server's certificates, which takes a
   * slower TLS; see `StreamSocketControl.collectTlsInformation`. Not in WinRT. A
   * handler of `servercustomvalidationrequested` has the same effect.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something else than a boolean.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.collectTlsInformation, false);
   * ```
   */
  get collectTlsInformation(): boolean {
    return this.#state.connection.collectTlsInformation;
  }

  set collectTlsInformation(value: boolean) {
    assertUnlocked(this.#state, "collectTlsInformation");
    this.#state.connection.collectTlsInformation = value;
  }

  /**
   * How long each step of the handshake may take, in milliseconds: that of TLS,
   * the decision of `servercustomvalidationrequested`, and the answers of the
   * proxy and the server. Not in WinRT, which has 60 seconds for all.
   *
   * @default {30_000}
   *
   * @throws {ArgumentError} If set to something else than a number above 0;
   * Infinity is no limit.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.control.handshakeTimeout = 5_000;
   * assertEquals(webSocket.control.handshakeTimeout, 5_000);
   * ```
   */
  get handshakeTimeout(): number {
    return this.#state.connection.handshakeTimeout;
  }

  set handshakeTimeout(value: number) {
    assertUnlocked(this.#state, "handshakeTimeout");
    this.#state.connection.handshakeTimeout = value;
  }
}

function checkCredential(name: string, value: unknown): void {
  if (value === null || value instanceof PasswordCredential) return;
  throw new ArgumentError(
    `Cannot set ${name} to ${
      quote(value)
    }: it must be a PasswordCredential or null`,
  );
}
