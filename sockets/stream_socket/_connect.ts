import { ArgumentError } from "../../errors/argument_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { adapterAddresses, isSameFamily } from "../_transport/adapter.ts";
import { connectTcp } from "../_transport/connect_tcp.ts";
import { firstConnected } from "../_transport/first_connected.ts";
import { isNameGranted, isNetGranted } from "../_transport/net_permission.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import type { TransportAddress } from "../_transport/transport_address.ts";
import {
  LOCALHOST,
  resolveAddresses,
  resolveService,
  type ServiceTarget,
} from "../addressing/_resolver.ts";
import { parseServiceName } from "../addressing/_service_name.ts";
import type { HostName } from "../addressing/host_name.ts";
import { HostNameType } from "../addressing/host_name_type.ts";
import type { NameServer } from "../addressing/name_server.ts";

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const ATTEMPT_DELAY = 250;

/** Where to connect to, and how. */
export interface ConnectRequest {
  readonly remoteHost: HostName;
  readonly remoteService: string | number;
  readonly localHost: HostName | null;
  /** 0: the system chooses. */
  readonly localPort: number;
  readonly adapter: string | undefined;
  readonly nameServer: NameServer | undefined;
  /** Whether addresses are tried one after the other. */
  readonly serialize: boolean;
  /** Whether it can be handed over to another process. Needs native calls. */
  readonly isTransferable: boolean;
  readonly signal: AbortSignal;
}

/**
 * Resolves the service and the host, and connects to what answers first.
 *
 * @throws {ArgumentError} If the service is not acceptable, before any I/O.
 */
export async function connect(
  request: ConnectRequest,
): Promise<StreamTransport> {
  parseServiceName(request.remoteService);
  const localAddresses = await findLocalAddresses(request);
  const targets = await resolveService(
    request.remoteHost,
    request.remoteService,
    { protocol: "tcp", ...lookUpOptions(request) },
  );
  let failure: unknown;
  for (const target of targets) {
    try {
      return await connectTarget(request, target, localAddresses);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof SocketError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** Where to connect from; null if the system may choose. */
async function findLocalAddresses(
  request: ConnectRequest,
): Promise<readonly string[] | null> {
  const { localHost, localPort, adapter } = request;
  if (localHost !== null && adapter !== undefined) {
    throw new ArgumentError(
      `Cannot connect from "${localHost}" by the adapter "${adapter}": give one of them`,
    );
  }
  if (localHost !== null) {
    const hosts = await resolveAddresses(localHost, lookUpOptions(request));
    return hosts.map((host) => host.canonicalName);
  }
  if (adapter !== undefined) return adapterAddresses(adapter);
  return localPort === 0 ? null : ["::", "0.0.0.0"];
}

async function connectTarget(
  request: ConnectRequest,
  { host, port }: ServiceTarget,
  localAddresses: readonly string[] | null,
): Promise<StreamTransport> {
  const { signal, serialize, nameServer, isTransferable } = request;
  const asIs = localAddresses === null && nameServer === undefined &&
    !isTransferable;
  if (
    !asIs || (hasChoice(host, serialize) && isNameGranted(host.canonicalName))
  ) {
    const hosts = await resolveAddresses(host, lookUpOptions(request));
    const addresses = hosts.map((each) => each.canonicalName);
    const isGranted = (hostname: string): boolean =>
      isNetGranted({ hostname, port });
    if (!asIs || addresses.every(isGranted)) {
      const candidates = pair(addresses, port, localAddresses, request);
      return await connectAny(request, candidates);
    }
  }
  const options = { signal, firstAddressOnly: serialize };
  return await connectTcp({ hostname: host.canonicalName, port }, options);
}

/**
 * Whether the addresses of a host have to be known: the runtime resolves names
 * itself, but cannot try their addresses in turn, and does not know all of
 * `localhost` where the hosts file does not.
 */
function hasChoice(host: HostName, serialize: boolean): boolean {
  return host.type === HostNameType.domainName &&
    (serialize || host.canonicalName === LOCALHOST);
}

interface Candidate {
  readonly to: TransportAddress;
  readonly from: TransportAddress | undefined;
}

/** Each remote address with the local one of its family. */
function pair(
  addresses: readonly string[],
  port: number,
  localAddresses: readonly string[] | null,
  { localPort, remoteHost }: ConnectRequest,
): readonly Candidate[] {
  const candidates = addresses.flatMap((hostname): Candidate[] => {
    const to = { hostname, port };
    if (localAddresses === null) return [{ to, from: undefined }];
    const local = localAddresses.find((each) => isSameFamily(each, hostname));
    if (local === undefined) return [];
    return [{ to, from: { hostname: local, port: localPort } }];
  });
  if (candidates.length > 0) return candidates;
  throw new SocketError(
    `Cannot connect to "${remoteHost}": it has no address of the family of "${
      localAddresses?.join(", ")
    }"`,
    HResult.WSAEAFNOSUPPORT,
  );
}

async function connectAny(
  { serialize, signal, isTransferable }: ConnectRequest,
  candidates: readonly Candidate[],
): Promise<StreamTransport> {
  const attempts = candidates.map(
    ({ to, from }) => (attemptSignal: AbortSignal) =>
      connectTcp(to, { from, isTransferable, signal: attemptSignal }),
  );
  const delay = serialize ? Infinity : ATTEMPT_DELAY;
  return await firstConnected(attempts, { delay, signal });
}

function lookUpOptions(
  { signal, nameServer }: ConnectRequest,
): { signal: AbortSignal; nameServer?: NameServer } {
  return nameServer === undefined ? { signal } : { signal, nameServer };
}
