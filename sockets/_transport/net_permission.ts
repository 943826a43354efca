import { isNetGranted } from "../winsock/_net_permission.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

export { isNameGranted, isNetGranted } from "../winsock/_net_permission.ts";

/**
 * Throws the runtime's own error unless an address is granted. For calls whose
 * own check comes too late to be caught.
 */
export function assertNetGranted(address: TransportAddress): void {
  if (!isNetGranted(address)) throw notCapable(address);
}

/**
 * The same where a name was granted that has the address: then only what was
 * denied (`--deny-net`) is out of bounds.
 */
export function assertNetNotDenied(address: TransportAddress): void {
  const host = formatAddress(address);
  const { state } = Deno.permissions.querySync({ name: "net", host });
  if (state === "denied") throw notCapable(address);
}

function notCapable(address: TransportAddress): Error {
  return new Deno.errors.NotCapable(
    `Requires net access to "${
      formatAddress(address)
    }", run again with the --allow-net flag`,
  );
}
