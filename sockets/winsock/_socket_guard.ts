import { valueOf } from "./_constant_table.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";

const value = new Uint8Array(4);

/** Fails for a number that is of no socket, but may be of another descriptor. */
export function checkSocket(sockets: NativeSockets, s: number): Outcome {
  return sockets.getsockopt(
    s,
    valueOf("SOL_SOCKET"),
    valueOf("SO_TYPE"),
    value,
    Uint32Array.of(value.length),
  );
}
