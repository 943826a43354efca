/**
 * What the traffic of a socket needs.
 *
 * @example Usage
 * ```ts
 * import { SocketQualityOfService } from "@winrt/sockets/socket-quality-of-service";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketQualityOfService.lowLatency, 1);
 * ```
 */
export const SocketQualityOfService = {
  /** Nothing in particular. */
  normal: 0,
  /** Short delays, as for voice. */
  lowLatency: 1,
} as const;
/** One of the values of {@linkcode SocketQualityOfService}. */
export type SocketQualityOfService =
  typeof SocketQualityOfService[keyof typeof SocketQualityOfService];
