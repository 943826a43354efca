import { isSoundRoot } from "../certificates/_path_checks.ts";
import { DenoStreamTransport } from "./deno_stream_transport.ts";
import { startDenoTls } from "./deno_tls_transport.ts";
import { startNodeTls } from "./node_tls_client.ts";
import type { SecureTransport, TlsClientRequest } from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { isReadByRuntime } from "./webpki.ts";

/**
 * Makes a connection secure, as the client. The connection is closed if that
 * fails. Nothing may be reading from it.
 */
export async function secureClient(
  under: StreamTransport,
  request: TlsClientRequest,
): Promise<SecureTransport> {
  return mayUseDeno(under, request)
    ? await startDenoTls(under, request)
    : await startNodeTls(under, request);
}

/**
 * Whether the runtime's own TLS will do, which is the faster one. It has no
 * client certificates, ignores no errors, and does not tell what it has seen. And
 * it takes whatever is trusted for an authority, without a look at it.
 */
function mayUseDeno(
  under: StreamTransport,
  { clientCertificate, ignorableErrors, isToTell, trustedRoots }:
    TlsClientRequest,
): under is DenoStreamTransport {
  return under instanceof DenoStreamTransport && !isToTell &&
    clientCertificate === null && ignorableErrors.length === 0 &&
    trustedRoots.every((root) => isSoundRoot(root) && isReadByRuntime(root));
}
