import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { checkSocket } from "./_socket_guard.ts";
import { dropState, knownState } from "./_socket_state.ts";

/** Closes a socket, and nothing else that has a descriptor. */
export function closeSocket(sockets: NativeSockets, s: number): Outcome {
  const outcome = checkSocket(sockets, s);
  if (outcome < 0) return outcome;
  const state = knownState(s);
  if (state !== undefined) {
    state.closed = state.isWatched
      ? sockets.poller.forget(s)
      : Promise.resolve();
    for (const tell of state.whenClosed) tell();
    dropState(s);
  }
  return sockets.close(s);
}
