import { WSAEACCES } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import { isNetGranted } from "./_net_permission.ts";
import { encodeSockAddr, toGrantedAddress } from "./_sock_addr.ts";
import type { SockAddr } from "./sock_addr.ts";

/**
 * Makes a call with the `struct sockaddr` of an address, if the program may use
 * the address: native calls know nothing of the permissions of Deno.
 */
export function withGrantedAddress(
  name: Readonly<SockAddr>,
  call: (raw: Uint8Array<ArrayBuffer>) => Outcome,
): Outcome {
  const raw = encodeSockAddr(name);
  if (typeof raw === "number") return -raw;
  return isNetGranted(toGrantedAddress(raw)) ? call(raw) : -WSAEACCES;
}
