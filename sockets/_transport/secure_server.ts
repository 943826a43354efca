import type { Duplex } from "node:stream";
import type { SecureContext, TLSSocket, TLSSocketOptions } from "node:tls";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { certificateStateOf } from "../certificates/_certificate_state.ts";
import type { Certificate } from "../certificates/certificate.ts";
import { secureByNode } from "./node_tls.ts";
import type { SecureTransport, TlsServerRequest } from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress } from "./transport_address.ts";

type CreateContext = typeof import("node:tls").createSecureContext;

const contexts = new WeakMap<Certificate, SecureContext>();

/**
 * Makes a connection secure as the server, or closes it. Nothing may be reading
 * from it. By node:tls, since the runtime's own TLS serves no connection that is
 * there already.
 */
export async function secureServer(
  under: StreamTransport,
  request: TlsServerRequest,
): Promise<SecureTransport> {
  const { trustedRoots, signal } = request;
  const remote = formatAddress(under.remoteAddress);
  return await secureByNode(under, {
    action: `Cannot secure the connection from "${remote}"`,
    event: "secure",
    open: (carrier) => openSocket(carrier.stream, request),
    // node:tls has seen that the client has the key of its certificate.
    judging: () => ({
      purpose: "clientAuthentication",
      hostName: null,
      trustedRoots,
      trustsSystem: trustedRoots.length === 0,
      isTrustedByRuntime: false,
    }),
    ignorableErrors: [],
    signal,
    onPeer: () => {},
  });
}

async function openSocket(
  stream: Duplex,
  { certificate, alpnProtocols, clientCertificate }: TlsServerRequest,
): Promise<TLSSocket> {
  const { TLSSocket, createSecureContext } = await import("node:tls");
  return new TLSSocket(stream, {
    isServer: true,
    // With a callback node:tls tells clients no reasons.
    ...typeof certificate === "function"
      ? { SNICallback: chooser(certificate, createSecureContext) }
      : { secureContext: toContext(certificate, createSecureContext) },
    ALPNProtocols: [...alpnProtocols],
    requestCert: clientCertificate !== "none",
    rejectUnauthorized: clientCertificate === "require",
  });
}

/** Answers at once: over a stream in JavaScript, Deno 2.9.6 waits for ever else. */
function chooser(
  choose: (serverName: string | null) => Certificate | null,
  create: CreateContext,
): NonNullable<TLSSocketOptions["SNICallback"]> {
  return (serverName, callback) => {
    try {
      // node:tls of Deno asks for "" if the client tells no name.
      const certificate = choose(serverName === "" ? null : serverName);
      if (certificate === null) throw unknownName(serverName);
      callback(null, toContext(certificate, create));
    } catch (error) {
      callback(error instanceof Error ? error : new Error(`${error}`));
    }
  };
}

function toContext(
  certificate: Certificate,
  create: CreateContext,
): SecureContext {
  const known = contexts.get(certificate);
  if (known !== undefined) return known;
  const { pem, privateKey } = certificateStateOf(certificate);
  const context = create({
    cert: pem,
    key: privateKey ?? "",
    minVersion: "TLSv1.2",
  });
  contexts.set(certificate, context);
  return context;
}

function unknownName(serverName: string): SocketError {
  return new SocketError(
    `Cannot secure the connection: there is no certificate for "${serverName}"`,
    HResult.CERT_E_CN_NO_MATCH,
  );
}
