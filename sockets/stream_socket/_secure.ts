import { secureClient } from "../_transport/secure_client.ts";
import { secureServer } from "../_transport/secure_server.ts";
import type {
  PeerCertificates,
  SecureTransport,
} from "../_transport/secure_transport.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import type { HostName } from "../addressing/host_name.ts";
import type { TlsSettings } from "./_tls_settings.ts";
import type { ServerCertificate } from "./server_certificate.ts";
import { ClientCertificateMode } from "./client_certificate_mode.ts";

/** RFC 4007, section 11: a zone is no part of the address of the peer. */
const ZONE = /%.*$/;
const MODES = {
  [ClientCertificateMode.none]: "none",
  [ClientCertificateMode.request]: "request",
  [ClientCertificateMode.require]: "require",
} as const;

/** Makes a connection secure as the client, or closes it. */
export async function secureAsClient(
  under: StreamTransport,
  host: HostName,
  settings: TlsSettings,
  signal: AbortSignal,
  onPeer: (peer: PeerCertificates) => void,
): Promise<SecureTransport> {
  return await secureClient(under, {
    hostName: host.canonicalName.replace(ZONE, ""),
    alpnProtocols: settings.alpnProtocols,
    trustedRoots: settings.trustedRoots,
    ignorableErrors: settings.ignorableErrors,
    clientCertificate: settings.clientCertificate,
    isToTell: settings.collectsInformation,
    signal,
    onPeer,
  });
}

/** Makes a connection secure as the server, or closes it. */
export async function secureAsServer(
  under: StreamTransport,
  certificate: ServerCertificate,
  settings: TlsSettings,
  signal: AbortSignal,
): Promise<SecureTransport> {
  return await secureServer(under, {
    certificate,
    alpnProtocols: settings.alpnProtocols,
    clientCertificate: MODES[settings.clientCertificateMode],
    trustedRoots: settings.trustedRoots,
    signal,
  });
}
