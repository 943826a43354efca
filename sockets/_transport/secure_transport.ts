import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import type { StreamTransport } from "./stream_transport.ts";

/** The certificates that a peer has shown, and what is wrong with them. */
export interface PeerCertificates {
  /** Its own; null if it has shown none, or nobody knows. */
  readonly certificate: Certificate | null;
  /** Those that it has sent with it. */
  readonly intermediates: readonly Certificate[];
  readonly errors: readonly ChainValidationResult[];
}

/** What is known of a peer that has shown nothing. */
export const NO_CERTIFICATES: PeerCertificates = {
  certificate: null,
  intermediates: [],
  errors: [],
};

/** What a client asks of a TLS handshake. */
export interface TlsClientRequest {
  /** A canonical host name or an IP address, which the certificate must have. */
  readonly hostName: string;
  readonly alpnProtocols: readonly string[];
  /** Trusted beside those of the system. */
  readonly trustedRoots: readonly Certificate[];
  readonly ignorableErrors: readonly ChainValidationResult[];
  readonly clientCertificate: Certificate | null;
  /** Whether all must be told: the session, the certificates, each error. */
  readonly isToTell: boolean;
  /** Ends the handshake, with its reason. */
  readonly signal: AbortSignal;
  /** Told what the server has shown, also if that is refused. */
  readonly onPeer: (peer: PeerCertificates) => void;
}

/** What a server asks of a TLS handshake. */
export interface TlsServerRequest {
  /** Its certificate, or what gives one for the name that the client tells. */
  readonly certificate:
    | Certificate
    | ((serverName: string | null) => Certificate | null);
  readonly alpnProtocols: readonly string[];
  /** Whether a client is asked for a certificate, and must have one. */
  readonly clientCertificate: "none" | "request" | "require";
  /** Trusted as issuers of client certificates; those of the system if empty. */
  readonly trustedRoots: readonly Certificate[];
  /** Ends the handshake, with its reason. */
  readonly signal: AbortSignal;
}

/** What TLS has agreed on; `""` is nothing, or unknown. */
export interface TlsSession {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** The name of the cipher suite in the registry of IANA. */
  readonly cipher: string;
  readonly alpnProtocol: string;
}

/** A connection with TLS on it. */
export interface SecureTransport extends StreamTransport {
  readonly session: TlsSession;
  readonly peer: PeerCertificates;
}

/** Whether a connection has TLS on it. */
export function isSecure(
  transport: StreamTransport,
): transport is SecureTransport {
  return "session" in transport;
}
