import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "./_quote.ts";
import { toHostName } from "./_to_host_name.ts";
import { HostNameType } from "./host_name_type.ts";
import type { NameServer } from "./name_server.ts";

/** A name server, as `Deno.resolveDns` takes it. */
export type DenoNameServer = Required<
  NonNullable<Deno.ResolveDnsOptions["nameServer"]>
>;

/** RFC 1035, section 4.2. */
const DNS_PORT = 53;
const MAX_PORT = 65535;

/**
 * Checks a name server.
 *
 * @throws {ArgumentError} If its address is not an IP address without a zone,
 * or its port not one from 1 to 65535.
 */
export function toDenoNameServer(nameServer: NameServer): DenoNameServer {
  if (typeof nameServer !== "object" || nameServer === null) {
    throw new ArgumentError(
      `Cannot use ${quote(nameServer)} as a name server: it must be an object`,
    );
  }
  const { ipAddress, port = DNS_PORT } = nameServer;
  const host = toHostName(ipAddress, "address of a name server");
  const ipAddr = host.canonicalName;
  if (host.type === HostNameType.domainName || ipAddr.includes("%")) {
    throw new ArgumentError(
      `Cannot use ${quote(host.rawName)} as the address of a name server: ` +
        "it must be an IP address without a zone",
    );
  }
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) {
    throw new ArgumentError(
      `Cannot use ${quote(port)} as the port of a name server: ` +
        `it must be an integer from 1 to ${MAX_PORT}`,
    );
  }
  return { ipAddr, port };
}
