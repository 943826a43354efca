import { notSupported } from "../../errors/_not_supported.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { assertUnlocked, controlStateOf } from "./_control_state.ts";
import { SocketControl } from "./socket_control.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";

/**
 * The options of a `StreamSocket`, set before it connects. A successful
 * connect locks them; after a failed one they are open again.
 *
 * @example Usage
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals } from "@std/assert";
 *
 * const socket = new StreamSocket();
 * socket.control.keepAlive = true;
 * socket.control.noDelay = false;
 * assertEquals(socket.control.serializeConnectionAttempts, false);
 * socket.close();
 * ```
 */
export class StreamSocketControl extends SocketControl {
  /**
   * Whether the addresses of the remote host are tried one after the other.
   * Otherwise the next one is tried when the one before has not answered for
   * 250 ms (Happy Eyeballs, RFC 8305), and the first that answers wins.
   *
   * Trying the addresses in turn needs the `net` permission for the addresses;
   * where it is granted for the name alone, only the first one is tried.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set during or after a connect.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * socket.control.serializeConnectionAttempts = true;
   * assertEquals(socket.control.serializeConnectionAttempts, true);
   * socket.close();
   * ```
   */
  get serializeConnectionAttempts(): boolean {
    return controlStateOf(this).serializeConnectionAttempts;
  }

  set serializeConnectionAttempts(value: boolean) {
    if (typeof value !== "boolean") {
      throw new ArgumentError(
        `Cannot set serializeConnectionAttempts to "${value}": it must be a boolean`,
      );
    }
    const state = controlStateOf(this);
    assertUnlocked(state, "serializeConnectionAttempts");
    if (state.connecting) {
      throw new InvalidOperationError(
        "Cannot set serializeConnectionAttempts: the socket is connecting, set it before",
      );
    }
    state.serializeConnectionAttempts = value;
  }

  /**
   * The certificate that identifies this client. Secure connections are not
   * part of this version, so there is none.
   *
   * @default {null}
   *
   * @throws {InvalidOperationError} If set to anything but `null`.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * assertEquals(socket.control.clientCertificate, null);
   * socket.close();
   * ```
   */
  get clientCertificate(): null {
    return null;
  }

  set clientCertificate(value: null) {
    if (value !== null) throw notSupported("set clientCertificate");
  }

  /**
   * The errors of a server certificate to overlook. Secure connections are not
   * part of this version, so the list is empty and frozen.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * assertEquals(socket.control.ignorableServerCertificateErrors, []);
   * socket.close();
   * ```
   */
  get ignorableServerCertificateErrors(): readonly never[] {
    return NONE;
  }

  /**
   * The weakest protection to accept. Secure connections are not part of this
   * version, so it cannot be raised.
   *
   * @default {SocketProtectionLevel.plainSocket}
   *
   * @throws {InvalidOperationError} If set to anything but `plainSocket`.
   *
   * @example Usage
   * ```ts
   * import { SocketProtectionLevel } from "@winrt/sockets/socket-protection-level";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * const { minProtectionLevel } = socket.control;
   * assertEquals(minProtectionLevel, SocketProtectionLevel.plainSocket);
   * socket.close();
   * ```
   */
  get minProtectionLevel(): SocketProtectionLevel {
    return SocketProtectionLevel.plainSocket;
  }

  set minProtectionLevel(value: SocketProtectionLevel) {
    if (value !== SocketProtectionLevel.plainSocket) {
      throw notSupported("set minProtectionLevel");
    }
  }
}

const NONE: readonly never[] = Object.freeze([]);
