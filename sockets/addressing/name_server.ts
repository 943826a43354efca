import type { HostName } from "./host_name.ts";

/**
 * A DNS server to ask instead of the ones of the system. Not in WinRT.
 *
 * Asking it needs `--allow-net` for its address and port, instead of the name
 * that is resolved. The hosts file of the system still comes first.
 *
 * @example Usage
 * ```ts
 * import type { NameServer } from "@winrt/sockets/name-server";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals } from "@std/assert";
 *
 * const nameServer: NameServer = { ipAddress: "127.0.0.1", port: 5353 };
 * // Nobody is asked here: an address and a port need no resolution.
 * const [pair] = await StreamSocket.getEndpointPairsAsync("::1", 80, 0, {
 *   nameServer,
 * });
 *
 * assertEquals(pair?.remoteHostName.canonicalName, "::1");
 * ```
 */
export interface NameServer {
  /** The IP address of the server, without a zone. */
  ipAddress: string | HostName;
  /**
   * The port of the server, from 1 to 65535.
   *
   * @default {53}
   */
  port?: number;
}
