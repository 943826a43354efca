import { valueOf } from "./_constant_table.ts";
import { toWinsockCode } from "./_error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { PLATFORM } from "./_platform.ts";

const value = new Int32Array(1);
const bytes = new Uint8Array(value.buffer);

/** Reads `SO_ERROR`, which forgets it; the outcome is that error. */
export function takePendingError(sockets: NativeSockets, s: number): Outcome {
  const outcome = sockets.getsockopt(
    s,
    valueOf("SOL_SOCKET"),
    valueOf("SO_ERROR"),
    bytes,
    Uint32Array.of(bytes.length),
  );
  // Not by a minus sign, which would make -0 of 0.
  return outcome < 0 ? outcome : 0 - toPendingCode(value[0] ?? 0);
}

/** The Winsock code of what `SO_ERROR` has; 0 if it has none. */
export function toPendingCode(error: number): number {
  return error === 0 || PLATFORM === "windows" ? error : toWinsockCode(error);
}
