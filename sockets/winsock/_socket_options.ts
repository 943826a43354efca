import { libc } from "./_libc.ts";

/** A socket option by its level and its name. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
}

/** Linux: `asm-generic/socket.h`, `linux/in.h`, `linux/in6.h`. */
export const SocketOptions: Readonly<
  Record<
    | "SO_SNDBUF"
    | "SO_PRIORITY"
    | "IP_TOS"
    | "IP_TTL"
    | "IPV6_UNICAST_HOPS"
    | "IPV6_TCLASS",
    SocketOption
  >
> = {
  SO_SNDBUF: { level: 1, name: 7 },
  SO_PRIORITY: { level: 1, name: 12 },
  IP_TOS: { level: 0, name: 1 },
  IP_TTL: { level: 0, name: 2 },
  IPV6_UNICAST_HOPS: { level: 41, name: 16 },
  IPV6_TCLASS: { level: 41, name: 67 },
};

/** Sets an `int` option; returns 0 or the error number. */
export function setSocketOption(
  descriptor: number,
  option: SocketOption,
  value: number,
): number {
  if (libc === null) return -1;
  const bytes = new Uint8Array(Int32Array.of(value).buffer);
  const { level, name } = option;
  const failed = libc.call.setsockopt(descriptor, level, name, bytes, 4) !== 0;
  return failed ? libc.errno() : 0;
}

/** Reads an `int` option; null if that fails. */
export function getSocketOption(
  descriptor: number,
  option: SocketOption,
): number | null {
  const value = new Int32Array(1);
  const length = Uint32Array.of(4);
  const result = libc?.call.getsockopt(
    descriptor,
    option.level,
    option.name,
    new Uint8Array(value.buffer),
    new Uint8Array(length.buffer),
  );
  return result === 0 ? value[0] ?? null : null;
}
