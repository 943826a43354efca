import type { SocketCalls } from "./_libc.ts";
import type { NativeSockets } from "./_native_sockets.ts";

/** The arguments of `getnameinfo` as C has them. */
export function withLengths(
  ...[name, host, service, flags]: Parameters<NativeSockets["getnameinfo"]>
): Parameters<SocketCalls["getnameinfo"]> {
  return [
    name,
    name.length,
    host,
    host.length,
    service,
    service.length,
    flags,
  ];
}
