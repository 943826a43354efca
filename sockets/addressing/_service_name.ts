import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "./_quote.ts";
import { registeredPorts } from "./_registered_services.ts";

/** The transport protocols that services are registered for. */
export type ServiceProtocol = "tcp" | "udp";

/** A service: a port, or a name that is yet to be resolved. */
export type ServiceName = { readonly port: number } | { readonly name: string };

const MAX_PORT = 65535;
const MAX_NAME_LENGTH = 253;
/**
 * RFC 6335, section 5.1, with the underscore of names such as
 * `stun._service01`. A label of DNS holds 63 characters, one of which is the
 * underscore that SRV look-ups put first.
 */
const LABEL = /^(?!-)[\w-]{1,62}$(?<!-)/;

/**
 * Reads the service name of a remote endpoint.
 *
 * Zeros before a port do not matter, as for `getaddrinfo`. What only a number
 * could be, such as `1e3` or `0x50`, is not a name.
 *
 * @throws {ArgumentError} If it is neither a port nor a name.
 */
export function parseServiceName(value: string | number): ServiceName {
  if (typeof value === "number") return { port: checkPort(value, value) };
  if (typeof value !== "string") {
    throw invalid(value, "it must be a string or a port number");
  }
  if (value === "") throw invalid(value, "it is empty");
  if (/^\d+$/.test(value)) return { port: checkPort(Number(value), value) };
  if (!isName(value)) {
    throw invalid(
      value,
      "it is neither a port nor a name of letters, digits, hyphens, " +
        "underscores and dots",
    );
  }
  return { name: value };
}

/**
 * Reads the service name of a local endpoint; there are no SRV records for
 * these.
 *
 * @param protocol The protocol of the socket.
 * @returns The port; 0, which lets the system choose, if the name is empty.
 *
 * @throws {ArgumentError} If it is not a port, nor the name of a service that
 * has one.
 */
export function parseLocalServiceName(
  value: string | number,
  protocol: ServiceProtocol = "tcp",
): number {
  if (value === "") return 0;
  const service = parseServiceName(value);
  if ("port" in service) return service.port;
  const port = registeredPorts(service.name)?.[protocol];
  if (port !== undefined) return port;
  throw invalid(value, `no ${protocol} port is registered for it`);
}

/**
 * The name whose SRV records tell of a service (RFC 2782), without final dot.
 *
 * @throws {ArgumentError} If it would be longer than names of DNS may be.
 */
export function srvName(
  name: string,
  protocol: ServiceProtocol,
  host: string,
): string {
  const full = `_${name}._${protocol}.${host}`;
  if (full.length <= MAX_NAME_LENGTH) return full;
  throw invalid(
    name,
    `its SRV records at "${host}" would have a name longer than ` +
      `${MAX_NAME_LENGTH} characters`,
  );
}

function isName(value: string): boolean {
  return value.length <= MAX_NAME_LENGTH &&
    value.split(".").every((label) => LABEL.test(label)) &&
    /[a-z]/i.test(value) && Number.isNaN(Number(value));
}

function checkPort(port: number, value: string | number): number {
  // Without the sign of -0.
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port | 0;
  throw invalid(value, `a port is an integer from 0 to ${MAX_PORT}`);
}

function invalid(value: unknown, reason: string): ArgumentError {
  return new ArgumentError(
    `Cannot use ${quote(value)} as a service name: ${reason}`,
  );
}
