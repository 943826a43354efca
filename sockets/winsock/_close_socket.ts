import { valueOf } from "./_constant_table.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { dropState, knownState } from "./_socket_state.ts";

const value = new Uint8Array(4);

/** Closes a socket, and nothing else that has a descriptor. */
export function closeSocket(sockets: NativeSockets, s: number): Outcome {
  const outcome = sockets.getsockopt(
    s,
    valueOf("SOL_SOCKET"),
    valueOf("SO_TYPE"),
    value,
    Uint32Array.of(value.length),
  );
  if (outcome < 0) return outcome;
  const state = knownState(s);
  if (state !== undefined) {
    state.closed = state.isWatched
      ? sockets.poller.forget(s)
      : Promise.resolve();
    dropState(s);
  }
  return sockets.close(s);
}
