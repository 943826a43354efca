import { ArgumentError } from "../../errors/argument_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { alternateFamilies, sortAddresses } from "./_address_order.ts";
import {
  lookUpAddresses,
  type LookUpOptions,
  lookUpRecords,
  lookUpServers,
} from "./_look_up.ts";
import { toDenoNameServer } from "./_name_server.ts";
import { quote } from "./_quote.ts";
import { registeredPorts } from "./_registered_services.ts";
import {
  parseServiceName,
  type ServiceProtocol,
  srvName,
} from "./_service_name.ts";
import { orderSrvRecords } from "./_srv_order.ts";
import { EndpointPair } from "./endpoint_pair.ts";
import { HostName } from "./host_name.ts";
import { HostNameSortOptions } from "./host_name_sort_options.ts";
import { HostNameType } from "./host_name_type.ts";
import type { NameServer } from "./name_server.ts";

/** The name of this machine for itself (RFC 6761, section 6.3). */
export const LOCALHOST = "localhost";
const LOOPBACK = ["127.0.0.1", "::1"];

/** How names are resolved. */
export interface ResolveOptions {
  /** Gives up, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the resolver of the system. */
  readonly nameServer?: NameServer | undefined;
}

/** How services are resolved. */
export interface ResolveServiceOptions extends ResolveOptions {
  readonly protocol: ServiceProtocol;
}

/** How endpoint pairs are found. */
export interface GetEndpointPairsOptions extends ResolveServiceOptions {
  readonly sortOptions?: HostNameSortOptions | undefined;
}

/** Where a service is offered. */
export interface ServiceTarget {
  readonly host: HostName;
  readonly port: number;
}

/**
 * Finds where a host offers a service: at the host itself if the service is a
 * port or has a registered one, else where the SRV records of the host say, in
 * the order to try them (RFC 2782).
 *
 * @throws {ArgumentError} If the service is neither a port nor a name.
 * @throws {SocketError} If no server is found: `classTypeNotFound` if the host is
 * an IP address, which has no SRV records; `noDataRecordOfRequestedType` if the
 * name has none, does not exist, or does not offer the service. DNS tells these
 * apart, but `Deno.resolveDns` does not.
 * @throws {Deno.errors.NotCapable} Without `--allow-net` for the name server.
 */
export async function resolveService(
  host: HostName,
  service: string | number,
  options: ResolveServiceOptions,
): Promise<ServiceTarget[]> {
  const lookUpOptions = toLookUpOptions(options);
  const parsed = parseServiceName(service);
  options.signal?.throwIfAborted();
  const port = "port" in parsed
    ? parsed.port
    : registeredPorts(parsed.name)?.[options.protocol];
  if (port !== undefined) return [{ host, port }];
  const action = `Cannot find the service ${quote(service)} of "${host}"`;
  if (host.type !== HostNameType.domainName) {
    throw new SocketError(
      `${action}: no ${options.protocol} port is registered for it, and an IP ` +
        "address has no SRV records; use a port number",
      HResult.WSATYPE_NOT_FOUND,
    );
  }
  const name = srvName(`${service}`, options.protocol, host.canonicalName);
  // The final dot keeps search domains out.
  const records = await lookUpServers(`${name}.`, action, lookUpOptions);
  const targets = orderSrvRecords(records).flatMap(toTarget);
  if (targets.length > 0) return targets;
  throw new SocketError(
    `${action}: its SRV records name no server`,
    HResult.WSANO_DATA,
  );
}

/**
 * Finds the addresses of a host, in the order of the resolver: an address is its
 * own. Names go to the name server if there is one (the answers of both families
 * in turn), else to `getaddrinfo`. `localhost` stands for all loopback addresses,
 * also for those that the hosts file does not list.
 *
 * @throws {SocketError} If the name cannot be resolved.
 * @throws {Deno.errors.NotCapable} Without `--allow-net` for the name, for all of
 * its ports; with a name server, for that instead.
 */
export async function resolveAddresses(
  host: HostName,
  options: ResolveOptions,
): Promise<HostName[]> {
  const { signal, nameServer } = toLookUpOptions(options);
  signal?.throwIfAborted();
  if (host.type !== HostNameType.domainName) return [host];
  const name = host.canonicalName;
  const action = `Cannot resolve "${host}"`;
  if (nameServer === undefined) {
    const found = await lookUpAddresses(name, action, signal);
    return toHostNames(name === LOCALHOST ? [...found, ...LOOPBACK] : found);
  }
  const found = await lookUpRecords(`${name}.`, action, { signal, nameServer });
  return alternateFamilies(toHostNames(found));
}

/**
 * Finds the endpoints of a service: one for each address of each of its servers,
 * best first. What is local is left to the system.
 *
 * @throws {ArgumentError} If an argument is not valid.
 * @throws {SocketError} If the service or none of its servers can be resolved.
 * @throws {Deno.errors.NotCapable} As the look-ups do.
 */
export async function getEndpointPairs(
  host: HostName,
  service: string | number,
  options: GetEndpointPairsOptions,
): Promise<EndpointPair[]> {
  const sortOptions = checkSortOptions(options.sortOptions);
  const targets = await resolveService(host, service, options);
  const results = await Promise.allSettled(
    targets.map(async (target) => {
      const addresses = await resolveAddresses(target.host, options);
      return sortAddresses(addresses, sortOptions).map((address) =>
        new EndpointPair(null, "", address, target.port)
      );
    }),
  );
  options.signal?.throwIfAborted();
  const pairs = results.flatMap((result) =>
    result.status === "fulfilled" ? result.value : []
  );
  const failures: unknown[] = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason] : []
  );
  // A server without address is like one that does not answer: there may be
  // others. A permission that is missing is not.
  const isFatal = (failure: unknown): boolean =>
    pairs.length === 0 || !(failure instanceof SocketError);
  if (failures.some(isFatal)) throw failures.find(isFatal);
  return pairs;
}

function toLookUpOptions(
  { signal, nameServer }: ResolveOptions,
): LookUpOptions {
  if (nameServer === undefined) return { signal };
  return { signal, nameServer: toDenoNameServer(nameServer) };
}

function toHostNames(addresses: readonly string[]): HostName[] {
  // The hosts file may list an address twice.
  return [...new Set(addresses)].map((address) => new HostName(address));
}

/** The server that an SRV record names, if it names one. */
function toTarget({ target, port }: Deno.SrvRecord): ServiceTarget[] {
  try {
    return [{ host: new HostName(target.replace(/\.$/, "")), port }];
  } catch (error) {
    // "." says that the service is not offered (RFC 2782). What is no host name
    // cannot be reached either, but the other targets may be.
    if (error instanceof ArgumentError) return [];
    throw error;
  }
}

function checkSortOptions(
  value: HostNameSortOptions = HostNameSortOptions.none,
): HostNameSortOptions {
  if (Object.values(HostNameSortOptions).includes(value)) return value;
  throw new ArgumentError(
    `Cannot sort endpoint pairs by ${quote(value)}: ` +
      "it must be one of HostNameSortOptions",
  );
}
