/**
 * The address of a socket: a `sockaddr_in` or a `sockaddr_in6`.
 *
 * Where a call takes an address, a literal will do. Where a call tells one, it
 * writes into the object that it is given, as C does.
 *
 * In Winsock the address is a number, and the port has the byte order of the
 * network; here they are text and a number as people write them.
 */
export interface SockAddr {
  /** `AF_INET` or `AF_INET6`. */
  family: number;
  /** The IP address, such as `"127.0.0.1"` or `"::1"`, without a zone. */
  address: string;
  /** The port. */
  port: number;
  /**
   * The traffic class and the flow label of IPv6. There is none for IPv4.
   *
   * @default {0}
   */
  flowInfo?: number;
  /**
   * The number of the interface that a link-local IPv6 address is of. There is
   * none for IPv4.
   *
   * @default {0}
   */
  scopeId?: number;
}
