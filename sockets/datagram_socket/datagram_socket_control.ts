import { ArgumentError } from "../../errors/argument_error.ts";
import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { hasNativeSockets } from "../_transport/native_socket.ts";
import { SocketQualityOfService } from "../stream_socket/socket_quality_of_service.ts";
import {
  createDatagramControlState,
  type DatagramControlState,
} from "./_control_state.ts";

/** WinRT's documented default of `outboundUnicastHopLimit`. */
const DEFAULT_HOP_LIMIT = 128;
/** RFC 1112, section 6.1: a datagram to a group stays on its network. */
const DEFAULT_MULTICAST_HOP_LIMIT = 1;

type PropertyName = Exclude<keyof DatagramSocketControl, "constructor">;

/**
 * Options of a {@linkcode DatagramSocket}. Most must be set before the socket
 * is bound or connected.
 *
 * An option that cannot be honoured throws, and says what is missing.
 *
 * @example Usage
 * ```ts
 * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
 * import { assertEquals } from "@std/assert";
 *
 * await using socket = new DatagramSocket();
 * socket.control.multicastOnly = true;
 * assertEquals(socket.control.multicastOnly, true);
 * ```
 */
export class DatagramSocketControl {
  readonly #state: DatagramControlState = createDatagramControlState(this);

  /**
   * Whether datagrams may not be fragmented on their way. One that is too long
   * for the path then rejects its write with `messageTooLong`, once the system
   * knows the path.
   *
   * Needs Linux and `--allow-ffi`.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set after a bind or connect, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * try {
   *   socket.control.dontFragment = true;
   *   assertEquals(socket.control.dontFragment, true);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get dontFragment(): boolean {
    return this.#state.dontFragment;
  }

  set dontFragment(value: boolean) {
    checkBoolean("dontFragment", value);
    this.#assertUnlocked("dontFragment");
    if (value) assertNative("dontFragment", value);
    this.#state.dontFragment = value;
  }

  /**
   * How many bytes of datagrams the system keeps that nobody has received yet.
   * It drops what does not fit, so a socket that gets bursts needs a large one.
   * Linux keeps twice the number, for its own use, and not more than twice
   * `net.core.rmem_max`.
   *
   * 0 stands for the system's own choice. Needs Linux and `--allow-ffi`.
   *
   * @default {0}
   *
   * @throws {ArgumentError} If set to something that is no whole number from 1
   * to 2147483647.
   * @throws {InvalidOperationError} If set after a bind or connect, or where
   * native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * try {
   *   socket.control.inboundBufferSizeInBytes = 1024 * 1024;
   *   assertEquals(socket.control.inboundBufferSizeInBytes, 1024 * 1024);
   * } catch (error) { // Without --allow-ffi
   *   assertInstanceOf(error, InvalidOperationError);
   * }
   * ```
   */
  get inboundBufferSizeInBytes(): number {
    return this.#state.inboundBufferSize ?? 0;
  }

  set inboundBufferSizeInBytes(value: number) {
    const name = "inboundBufferSizeInBytes";
    checkInteger(name, value, 1, 0x7FFFFFFF);
    this.#assertUnlocked(name);
    assertNative(name, value);
    this.#state.inboundBufferSize = value;
  }

  /**
   * Whether the socket is for multicast alone: then it shares its port with
   * other programs that ask for the same, and sends to groups alone. Otherwise
   * the port is its own.
   *
   * Datagrams to a group reach all sockets that share the port and have joined.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set after a bind or connect.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using one = new DatagramSocket();
   * one.control.multicastOnly = true;
   * await one.bindServiceNameAsync("");
   *
   * await using other = new DatagramSocket();
   * other.control.multicastOnly = true;
   * await other.bindServiceNameAsync(one.information.localPort);
   * assertEquals(other.information.localPort, one.information.localPort);
   * ```
   */
  get multicastOnly(): boolean {
    return this.#state.multicastOnly;
  }

  set multicastOnly(value: boolean) {
    checkBoolean("multicastOnly", value);
    this.#assertUnlocked("multicastOnly");
    this.#state.multicastOnly = value;
  }

  /**
   * How many routers a datagram to one host may pass: 1 to 255. It may be
   * changed at any time.
   *
   * Until it is set, the system's own limit holds, commonly 64, and the
   * property tells WinRT's default. Without native calls it holds for IPv4
   * alone, and has to be set before the socket is bound: setting it later may
   * throw, and what it cannot hold for is refused.
   *
   * @default {128}
   *
   * @throws {ArgumentError} If set to something out of range.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.control.outboundUnicastHopLimit, 128);
   * ```
   */
  get outboundUnicastHopLimit(): number {
    return this.#state.hopLimit ?? DEFAULT_HOP_LIMIT;
  }

  set outboundUnicastHopLimit(value: number) {
    const name = "outboundUnicastHopLimit";
    checkInteger(name, value, 1, 255);
    this.#change("hopLimit", value);
  }

  /**
   * How many networks a datagram to a group may reach, 0 to 255: 0 is this
   * computer, 1 its network. It may be changed at any time. WinRT has no such
   * property. Without native calls it holds for IPv4 alone, and has to be set
   * before the socket is bound: setting it later may throw, and what it cannot
   * hold for is refused.
   *
   * @default {1}
   *
   * @throws {ArgumentError} If set to something out of range.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.control.multicastHopLimit, 1);
   * ```
   */
  get multicastHopLimit(): number {
    return this.#state.multicastHopLimit ?? DEFAULT_MULTICAST_HOP_LIMIT;
  }

  set multicastHopLimit(value: number) {
    checkInteger("multicastHopLimit", value, 0, 255);
    this.#change("multicastHopLimit", value);
  }

  /**
   * Whether programs on this computer, this one too, get the datagrams that
   * the socket sends to a group. It may be changed at any time. WinRT has no
   * such property.
   *
   * @default {true}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.control.multicastLoopback, true);
   * ```
   */
  get multicastLoopback(): boolean {
    return this.#state.multicastLoopback;
  }

  set multicastLoopback(value: boolean) {
    checkBoolean("multicastLoopback", value);
    this.#change("multicastLoopback", value);
  }

  /**
   * How urgent the datagrams are: `lowLatency` asks routers and this computer
   * to let them pass first. It needs Linux and `--allow-ffi`.
   *
   * @default {SocketQualityOfService.normal}
   *
   * @throws {ArgumentError} If set to something else.
   * @throws {InvalidOperationError} If set after a bind or connect, or to
   * `lowLatency` where native calls are not available.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { SocketQualityOfService } from "@winrt/sockets/socket-quality-of-service";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * const { normal } = SocketQualityOfService;
   * assertEquals(socket.control.qualityOfService, normal);
   * ```
   */
  get qualityOfService(): SocketQualityOfService {
    return this.#state.qualityOfService;
  }

  set qualityOfService(value: SocketQualityOfService) {
    const known: readonly unknown[] = Object.values(SocketQualityOfService);
    if (!known.includes(value)) {
      throw new ArgumentError(
        `Cannot set qualityOfService to "${value}": it must be one of SocketQualityOfService`,
      );
    }
    this.#assertUnlocked("qualityOfService");
    if (value === SocketQualityOfService.lowLatency) {
      assertNative("qualityOfService", value);
    }
    this.#state.qualityOfService = value;
  }

  /** Sets what may change while the socket is open; not if that refuses it. */
  #change<K extends "hopLimit" | "multicastHopLimit" | "multicastLoopback">(
    name: K,
    value: DatagramControlState[K],
  ): void {
    const before = this.#state[name];
    this.#state[name] = value;
    try {
      this.#state.onChange?.();
    } catch (error) {
      this.#state[name] = before;
      throw error;
    }
  }

  #assertUnlocked(name: PropertyName): void {
    const { lock } = this.#state;
    if (lock === null) return;
    throw new InvalidOperationError(
      `Cannot set ${name}: the socket is ${lock}, set it before`,
    );
  }
}

function checkBoolean(name: PropertyName, value: boolean): void {
  if (typeof value === "boolean") return;
  throw new ArgumentError(
    `Cannot set ${name} to "${value}": it must be a boolean`,
  );
}

function checkInteger(
  name: PropertyName,
  value: number,
  least: number,
  most: number,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError(
    `Cannot set ${name} to "${value}": it must be a whole number from ${least} to ${most}`,
  );
}

function assertNative(name: PropertyName, value: unknown): void {
  if (hasNativeSockets()) return;
  throw needsNativeCalls(`Cannot set ${name} to "${value}"`);
}
