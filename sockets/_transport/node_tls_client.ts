import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { isIPv4 } from "../addressing/_ip_address.ts";
import { certificateStateOf } from "../certificates/_certificate_state.ts";
import { secureByNode } from "./node_tls.ts";
import type { SecureTransport, TlsClientRequest } from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";

/**
 * Makes a connection secure with node:tls, as the client. That is told to accept
 * every certificate: with roots of ours, Deno 2.9.6 takes forged ones of version
 * 1 for true (CONTRIBUTING.md). So they are judged here.
 */
export async function startNodeTls(
  under: StreamTransport,
  request: TlsClientRequest,
): Promise<SecureTransport> {
  const { hostName, trustedRoots, ignorableErrors, signal, onPeer } = request;
  return await secureByNode(under, {
    action: `Cannot secure the connection to "${hostName}"`,
    event: "secureConnect",
    open: (carrier) => openSocket(carrier.stream, request),
    judging: ({ authorized }) => ({
      purpose: "serverAuthentication",
      hostName,
      trustedRoots,
      trustsSystem: true,
      isTrustedByRuntime: authorized,
    }),
    ignorableErrors,
    signal,
    onPeer,
  });
}

async function openSocket(
  stream: Duplex,
  { hostName, alpnProtocols, clientCertificate }: TlsClientRequest,
): Promise<TLSSocket> {
  const { connect } = await import("node:tls");
  const own = clientCertificate === null
    ? null
    : certificateStateOf(clientCertificate);
  const isAddress = isIPv4(hostName) || hostName.includes(":");
  return connect({
    socket: stream,
    // RFC 6066, section 3: an address is not told to the server.
    ...isAddress ? { host: hostName } : { servername: hostName },
    ALPNProtocols: [...alpnProtocols],
    minVersion: "TLSv1.2",
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...own !== null && { cert: own.pem, key: own.privateKey ?? "" },
  });
}
