/** An address that permissions are asked for. */
export interface NetAddress {
  readonly hostname: string;
  readonly port: number;
}

/** The usual form: `127.0.0.1:80`, `[::1]:80`. */
export function formatNetAddress({ hostname, port }: NetAddress): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/**
 * Whether the program may use an address without being asked. What was not
 * granted is not tried on our own account: it would prompt.
 */
export function isNetGranted(address: NetAddress): boolean {
  const host = formatNetAddress(address);
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}

/**
 * The same for a name with all of its ports, as it takes to resolve it. One
 * that no permission can name is not granted.
 */
export function isNameGranted(name: string): boolean {
  try {
    const { state } = Deno.permissions.querySync({ name: "net", host: name });
    return state === "granted";
  } catch {
    return false;
  }
}
