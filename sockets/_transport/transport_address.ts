/** One end of a connection: an IP address as text, and a port. */
export interface TransportAddress {
  readonly hostname: string;
  readonly port: number;
}

/** In the place of an address that is not known. */
export const NOBODY: TransportAddress = { hostname: "0.0.0.0", port: 0 };

export { formatNetAddress as formatAddress } from "../winsock/_net_permission.ts";
