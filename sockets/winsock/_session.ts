import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { WSANOTINITIALISED } from "./error_codes.ts";
import { type Outcome, toResult } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { nativeSockets } from "./_open_sockets.ts";

/** How many calls of `WSAStartup` have no call of `WSACleanup` yet. */
let startups = 0;

/**
 * Counts a start.
 *
 * @throws {SocketError} If native calls cannot be made.
 */
export function startSession(
  version: string,
  sockets: NativeSockets | null = nativeSockets,
): void {
  if (sockets === null) {
    throw new SocketError(
      `Cannot start Winsock "${version}": it needs native calls, which are there with --allow-ffi`,
      HResult.WSASYSNOTREADY,
    );
  }
  startups++;
}

/** Takes back a start; returns how many are left. */
export function endSession(): number {
  return --startups;
}

/** The socket calls; null unless Winsock was started. */
export function startedSockets(): NativeSockets | null {
  return startups > 0 ? nativeSockets : null;
}

/** Makes a call, and returns what a Winsock function returns of it. */
export function callNative(
  call: (sockets: NativeSockets) => Outcome,
): number {
  const sockets = startedSockets();
  return toResult(sockets === null ? -WSANOTINITIALISED : call(sockets));
}
