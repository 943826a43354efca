import { formatAddress, type TransportAddress } from "./transport_address.ts";

/**
 * Whether the program may use an address without being asked. What was not
 * granted is not tried on our own account: it would prompt.
 */
export function isNetGranted(address: TransportAddress): boolean {
  const host = formatAddress(address);
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}
