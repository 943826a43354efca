import { ArgumentError } from "../../errors/argument_error.ts";
import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { hasNativeSockets } from "../_transport/native_socket.ts";
import type { TcpOptions } from "../_transport/tcp_options.ts";
import type { Certificate } from "../certificates/certificate.ts";
import {
  assertTlsUnlocked,
  assertUnlocked,
  type ControlState,
  createControlState,
} from "./_control_state.ts";
import { checkHandshakeTimeout } from "./_tls_settings.ts";
import { SocketQualityOfService } from "./socket_quality_of_service.ts";

/** WinRT's documented default of `outboundUnicastHopLimit`. */
const DEFAULT_HOP_LIMIT = 128;
const MAX_INT32 = 0x7FFFFFFF;
/** Linux, `net/tcp.h`, in milliseconds here. */
const MAX_KEEP_ALIVE_TIME = 32_767_000;
const MAX_KEEP_ALIVE_COUNT = 127;

/**
 * The options that `StreamSocketControl` and `StreamSocketListenerControl`
 * have in common. WinRT repeats them on both classes.
 *
 * A successful connect or bind locks the options; after a failed one they are
 * open again. A listener's options are copied to the sockets it accepts.
 *
 * @example Usage
 * ```ts
 * import { SocketControl } from "@winrt/sockets/socket-control";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertInstanceOf } from "@std/assert";
 *
 * function tune(control: SocketControl): void {
 *   control.keepAlive = true;
 *   control.noDelay = false;
 * }
 *
 * using socket = new StreamSocket();
 * using listener = new StreamSocketListener();
 * tune(socket.control);
 * tune(listener.control);
 * assertInstanceOf(socket.control, SocketControl);
 * ```
 */
export class SocketControl {
  readonly #state: ControlState = createControlState(this);

  /**
   * Whether TCP keep-alive probes are sent on an idle connection.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set after a connect or bind.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * socket.control.keepAlive = true;
   * assertEquals(socket.control.keepAlive, true);
   * socket.close();
   * ```
   */
  get keepAlive(): boolean {
    return this.#state.keepAlive;
  }

  set keepAlive(value: boolean) {
    this.#state.keepAlive = this.#checkBoolean("keepAlive", value);
  }

  /**
   * Whether Nagle's algorithm is off, so that a small write is not held back
   * until the previous one is acknowledged.
   *
   * @default {true}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set after a connect or bind.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * assertEquals(socket.control.noDelay, true);
   * socket.close();
   * ```
   */
  get noDelay(): boolean {
    return this.#state.noDelay;
  }

  set noDelay(value: boolean) {
    this.#state.noDelay = this.#checkBoolean("noDelay", value);
  }

  /**
   * How many routers a packet may pass (IP time to live), 1 to 255.
   *
   * Setting it needs Linux and `--allow-ffi`. Until it is set, the system's
   * own limit holds, commonly 64, and the property tells WinRT's default.
   *
   * @default {128}
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * try {
   *   socket.control.outboundUnicastHopLimit = 16;
   *   assertEquals(socket.control.outboundUnicastHopLimit, 16);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * socket.close();
   * ```
   */
  get outboundUnicastHopLimit(): number {
    return this.#state.hopLimit ?? DEFAULT_HOP_LIMIT;
  }

  set outboundUnicastHopLimit(value: number) {
    const name = "outboundUnicastHopLimit";
    checkInteger(name, value, 1, 255);
    this.#assertUnlocked(name);
    assertNative(name, value);
    this.#state.hopLimit = value;
  }

  /**
   * What the traffic needs. `lowLatency` marks the packets for short delays
   * (IP type of service) and gives them priority in the local queues. WinRT
   * raises the priority of a thread instead.
   *
   * Setting `lowLatency` needs Linux and `--allow-ffi`.
   *
   * @default {SocketQualityOfService.normal}
   *
   * @throws {ArgumentError} If set to something else.
   * @throws {InvalidOperationError} If set after a connect or bind, or to
   * `lowLatency` where native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { SocketQualityOfService } from "@winrt/sockets/socket-quality-of-service";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * assertEquals(socket.control.qualityOfService, SocketQualityOfService.normal);
   * socket.close();
   * ```
   */
  get qualityOfService(): SocketQualityOfService {
    return this.#state.qualityOfService;
  }

  set qualityOfService(value: SocketQualityOfService) {
    const name = "qualityOfService";
    checkInteger(name, value, 0, 1);
    this.#assertUnlocked(name);
    if (value === SocketQualityOfService.lowLatency) assertNative(name, value);
    this.#state.qualityOfService = value;
  }

  /**
   * The size of the system's send buffer in bytes (`SO_SNDBUF`), 1 to
   * 2147483647; the system may round it. Setting it turns automatic tuning
   * off, and needs Linux and `--allow-ffi`.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set where native calls are not
   * available, or on a listener after a bind. After a connect it is ignored,
   * as in WinRT.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * assertEquals(socket.control.outboundBufferSizeInBytes, 0);
   * socket.close();
   * ```
   */
  get outboundBufferSizeInBytes(): number {
    return this.#state.sendBufferSize ?? 0;
  }

  set outboundBufferSizeInBytes(value: number) {
    const name = "outboundBufferSizeInBytes";
    checkInteger(name, value, 1, MAX_INT32);
    if (this.#state.lock === "connected") return;
    this.#assertUnlocked(name);
    assertNative(name, value);
    this.#state.sendBufferSize = value;
  }

  /**
   * How long a connection is idle before the first keep-alive probe is sent, in
   * milliseconds, 1 to 32767000. The system counts in seconds (`TCP_KEEPIDLE`):
   * parts of one are rounded up. It is of use with
   * {@linkcode SocketControl.keepAlive} alone.
   *
   * Setting it needs Linux and `--allow-ffi`. Not in WinRT.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * try {
   *   socket.control.keepAlive = true;
   *   socket.control.keepAliveTime = 60_000;
   *   assertEquals(socket.control.keepAliveTime, 60_000);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get keepAliveTime(): number {
    return this.#state.tcp.keepAliveTime ?? 0;
  }

  set keepAliveTime(value: number) {
    this.#setTcp("keepAliveTime", value, MAX_KEEP_ALIVE_TIME);
  }

  /**
   * How long after a keep-alive probe without an answer the next one is sent, in
   * milliseconds, 1 to 32767000. The system counts in seconds (`TCP_KEEPINTVL`):
   * parts of one are rounded up. It is of use with
   * {@linkcode SocketControl.keepAlive} alone.
   *
   * Setting it needs Linux and `--allow-ffi`. Not in WinRT.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * try {
   *   socket.control.keepAlive = true;
   *   socket.control.keepAliveInterval = 5_000;
   *   assertEquals(socket.control.keepAliveInterval, 5_000);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get keepAliveInterval(): number {
    return this.#state.tcp.keepAliveInterval ?? 0;
  }

  set keepAliveInterval(value: number) {
    this.#setTcp("keepAliveInterval", value, MAX_KEEP_ALIVE_TIME);
  }

  /**
   * How many keep-alive probes in a row without an answer end the connection
   * (`TCP_KEEPCNT`), 1 to 127: what is pending then fails with
   * `connectionTimedOut`. With a {@linkcode SocketControl.userTimeout}, that time
   * decides instead. It is of use with {@linkcode SocketControl.keepAlive} alone.
   *
   * Setting it needs Linux and `--allow-ffi`. Not in WinRT.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * try {
   *   socket.control.keepAlive = true;
   *   socket.control.keepAliveCount = 3;
   *   assertEquals(socket.control.keepAliveCount, 3);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get keepAliveCount(): number {
    return this.#state.tcp.keepAliveCount ?? 0;
  }

  set keepAliveCount(value: number) {
    this.#setTcp("keepAliveCount", value, MAX_KEEP_ALIVE_COUNT);
  }

  /**
   * How long data that was sent may stay unacknowledged before the connection
   * ends, in milliseconds, 1 to 2147483647 (`TCP_USER_TIMEOUT`; RFC 9293, section
   * 3.8.3): what is pending then fails with `connectionTimedOut`. It holds once
   * the socket is connected. By itself, the system tries for a quarter of an hour
   * or so.
   *
   * Setting it needs Linux and `--allow-ffi`. Not in WinRT.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * try {
   *   socket.control.userTimeout = 30_000;
   *   assertEquals(socket.control.userTimeout, 30_000);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get userTimeout(): number {
    return this.#state.tcp.userTimeout ?? 0;
  }

  set userTimeout(value: number) {
    this.#setTcp("userTimeout", value, MAX_INT32);
  }

  /**
   * How many bytes may wait in the system to be sent for the first time before it
   * takes no more, 1 to 2147483647 (`TCP_NOTSENT_LOWAT`). With few of them, the
   * program can still choose late what is sent next; with too few, the network
   * is idle at times.
   *
   * Setting it needs Linux and `--allow-ffi`. Not in WinRT.
   *
   * @default {0} which means that the system chooses.
   *
   * @throws {ArgumentError} If set to something out of range.
   * @throws {InvalidOperationError} If set after a connect or bind, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * try {
   *   socket.control.unsentLowWaterMark = 16_384;
   *   assertEquals(socket.control.unsentLowWaterMark, 16_384);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get unsentLowWaterMark(): number {
    return this.#state.tcp.unsentLowWaterMark ?? 0;
  }

  set unsentLowWaterMark(value: number) {
    this.#setTcp("unsentLowWaterMark", value, MAX_INT32);
  }

  /**
   * The certificates that are trusted beside those of the system, as issuers of
   * the peer's. Add them to the list, or set another one. Not in WinRT.
   *
   * On a listener they are the only ones that clients' certificates may come
   * from, if there are some.
   *
   * @default {[]}
   *
   * @throws {ArgumentError} When TLS begins, if the list has something else than
   * certificates.
   * @throws {InvalidOperationError} If set after that.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * assertEquals(socket.control.trustedRootCertificates, []);
   * ```
   */
  get trustedRootCertificates(): Certificate[] {
    return this.#state.tls.trustedRoots;
  }

  set trustedRootCertificates(value: readonly Certificate[]) {
    assertTlsUnlocked(this.#state, "trustedRootCertificates");
    this.#state.tls.trustedRoots = [...value];
  }

  /**
   * The application protocols to agree on one of, best first (ALPN, RFC 7301).
   * `information.alpnProtocol` tells which it is. A listener refuses clients
   * that have none of them. Not in WinRT.
   *
   * @default {[]}
   *
   * @throws {ArgumentError} When TLS begins, if the list has something else than
   * strings of 1 to 255 bytes.
   * @throws {InvalidOperationError} If set after that.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * socket.control.alpnProtocols = ["h2", "http/1.1"];
   * assertEquals(socket.control.alpnProtocols.length, 2);
   * ```
   */
  get alpnProtocols(): string[] {
    return this.#state.tls.alpnProtocols;
  }

  set alpnProtocols(value: readonly string[]) {
    assertTlsUnlocked(this.#state, "alpnProtocols");
    this.#state.tls.alpnProtocols = [...value];
  }

  /**
   * How long a TLS handshake may take, in milliseconds; then it fails with
   * `connectionTimedOut`. Not in WinRT, where a peer that accepts the connection
   * and says nothing keeps `connectAsync` waiting for ever.
   *
   * @default {30_000}
   *
   * @throws {ArgumentError} If set to something else than a number above 0;
   * Infinity is no limit.
   * @throws {InvalidOperationError} If set after TLS has begun.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * socket.control.handshakeTimeout = 5_000;
   * assertEquals(socket.control.handshakeTimeout, 5_000);
   * ```
   */
  get handshakeTimeout(): number {
    return this.#state.tls.handshakeTimeout;
  }

  set handshakeTimeout(value: number) {
    checkHandshakeTimeout(value);
    assertTlsUnlocked(this.#state, "handshakeTimeout");
    this.#state.tls.handshakeTimeout = value;
  }

  #setTcp(name: keyof TcpOptions, value: number, most: number): void {
    checkInteger(name, value, 1, most);
    this.#assertUnlocked(name);
    assertNative(name, value);
    this.#state.tcp = { ...this.#state.tcp, [name]: value };
  }

  #checkBoolean(name: string, value: boolean): boolean {
    if (typeof value !== "boolean") {
      throw new ArgumentError(
        `Cannot set ${name} to "${value}": it must be a boolean`,
      );
    }
    this.#assertUnlocked(name);
    return value;
  }

  #assertUnlocked(name: string): void {
    assertUnlocked(this.#state, name);
  }
}

function checkInteger(
  name: string,
  value: number,
  least: number,
  most: number,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError(
    `Cannot set ${name} to "${value}": it must be a whole number from ${least} to ${most}`,
  );
}

function assertNative(name: string, value: number): void {
  if (hasNativeSockets()) return;
  throw needsNativeCalls(`Cannot set ${name} to "${value}"`);
}
