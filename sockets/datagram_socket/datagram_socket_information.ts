import { HostName } from "../addressing/host_name.ts";
import { type DatagramState, datagramStateOf } from "./_datagram_state.ts";

const WILDCARDS: readonly string[] = ["::", "0.0.0.0"];

/**
 * The addresses of a {@linkcode DatagramSocket}.
 *
 * @example Usage
 * ```ts
 * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * await using socket = new DatagramSocket();
 * await socket.bindEndpointAsync("127.0.0.1", "");
 * assertEquals(`${socket.information.localAddress}`, "127.0.0.1");
 * assertNotEquals(socket.information.localPort, "0");
 * ```
 */
export class DatagramSocketInformation {
  readonly #state: DatagramState;
  #local: HostName | null = null;
  #remote: HostName | null = null;

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param socket The socket that it tells of.
   */
  constructor(socket: object) {
    this.#state = datagramStateOf(socket);
  }

  /**
   * The local address; `null` while the socket is not bound, or where it is
   * bound to all addresses. Of those a connected socket has one, which is told
   * with native calls alone.
   *
   * @returns The same object until the address changes.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindServiceNameAsync("");
   * assertEquals(socket.information.localAddress, null);
   * ```
   */
  get localAddress(): HostName | null {
    const hostname = this.#state.localAddress?.hostname;
    if (hostname === undefined || WILDCARDS.includes(hostname)) return null;
    return this.#local = toHostName(hostname, this.#local);
  }

  /**
   * The local port; empty while the socket is not bound.
   *
   * @returns A decimal number.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.information.localPort, "");
   * ```
   */
  get localPort(): string {
    return `${this.#state.localAddress?.port ?? ""}`;
  }

  /**
   * The address that the socket is connected to; `null` if it is not.
   *
   * @returns Always the same object.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.connectAsync("127.0.0.1", 9);
   * assertEquals(`${socket.information.remoteAddress}`, "127.0.0.1");
   * ```
   */
  get remoteAddress(): HostName | null {
    const hostname = this.#state.remoteAddress?.hostname;
    if (hostname === undefined) return null;
    return this.#remote = toHostName(hostname, this.#remote);
  }

  /**
   * The port that the socket is connected to; empty if it is not.
   *
   * @returns A decimal number.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.connectAsync("127.0.0.1", 9);
   * assertEquals(socket.information.remotePort, "9");
   * ```
   */
  get remotePort(): string {
    return `${this.#state.remoteAddress?.port ?? ""}`;
  }
}

function toHostName(hostname: string, last: HostName | null): HostName {
  return last?.canonicalName === hostname ? last : new HostName(hostname);
}
