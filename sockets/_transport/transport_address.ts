/** One end of a connection: an IP address as text, and a port. */
export interface TransportAddress {
  readonly hostname: string;
  readonly port: number;
}

/** In the place of an address that is not known. */
export const NOBODY: TransportAddress = { hostname: "0.0.0.0", port: 0 };

/** The usual form: `127.0.0.1:80`, `[::1]:80`. */
export function formatAddress(address: TransportAddress): string {
  const { hostname, port } = address;
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}
