import { formatAddress, type TransportAddress } from "./transport_address.ts";

/**
 * Whether the program may use an address without being asked. What was not
 * granted is not tried on our own account: it would prompt.
 */
export function isNetGranted(address: TransportAddress): boolean {
  const host = formatAddress(address);
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}

/** The same for a name with all of its ports, as it takes to resolve it. */
export function isNameGranted(name: string): boolean {
  const { state } = Deno.permissions.querySync({ name: "net", host: name });
  return state === "granted";
}

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
