import { addressRoom } from "./_address_room.ts";
import { WSAEINVAL } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import type { SockAddr } from "./sock_addr.ts";

const ANY_ADDRESSES = ["0.0.0.0", "::"];

/**
 * Asks for the local address, which is in the {@linkcode addressRoom} then; it
 * is an error if there is none yet.
 */
export function askBoundName(sockets: NativeSockets, s: number): Outcome {
  const outcome = sockets.getsockname(s, addressRoom);
  if (outcome < 0) return outcome;
  const name: SockAddr = { family: 0, address: "", port: 0 };
  addressRoom.tell(name);
  const isBound = name.port !== 0 || !ANY_ADDRESSES.includes(name.address);
  return isBound ? 0 : -WSAEINVAL;
}
