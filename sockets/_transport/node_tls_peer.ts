import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { ArgumentError } from "../../errors/argument_error.ts";
import { certificateStateOf } from "../certificates/_certificate_state.ts";
import { loadCertificates } from "../certificates/_load_certificates.ts";
import { judgePeer, type PeerRequest } from "../certificates/_peer_verdict.ts";
import type { Certificate } from "../certificates/certificate.ts";
import { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import { NO_CERTIFICATES, type PeerCertificates } from "./secure_transport.ts";
import { isReadByRuntime } from "./webpki.ts";

/** So many certificates of a peer are looked at. */
const MAX_SENT = 16;

/** What is told of a certificate that cannot be read. */
const UNREADABLE: PeerCertificates = {
  ...NO_CERTIFICATES,
  errors: [ChainValidationResult.otherErrors],
};

/** How a peer is judged, beside what it has shown. */
export type JudgeOptions = Omit<PeerRequest, "leaf" | "sent">;

/** Reads what a peer has shown, and judges it. */
export async function judgeShown(
  socket: TLSSocket,
  options: JudgeOptions,
): Promise<PeerCertificates> {
  const ders = shownBy(socket);
  const [first, ...others] = ders;
  if (first === undefined) {
    return isAnonymous(socket, options) ? NO_CERTIFICATES : UNREADABLE;
  }
  const { fromDer } = await loadCertificates();
  const certificate = readOr(null, () => fromDer(first));
  const intermediates = others.map((der) => readOr(null, () => fromDer(der)))
    .filter((each) => each !== null);
  if (certificate === null) return { ...UNREADABLE, intermediates };
  const isWhole = intermediates.length === others.length &&
    [certificate, ...intermediates].every(isLookedAt);
  const errors = await judgePeer({
    ...options,
    leaf: certificate,
    sent: intermediates,
    isTrustedByRuntime: options.isTrustedByRuntime && isWhole,
  });
  return {
    certificate,
    intermediates,
    errors: isLookedAt(certificate) ? errors : withOtherErrors(errors),
  };
}

/** Only a client may show nothing; node:tls then has nothing that it cannot read. */
function isAnonymous(socket: TLSSocket, { purpose }: JudgeOptions): boolean {
  if (purpose === "serverAuthentication") return false;
  try {
    return socket.getPeerX509Certificate() === undefined;
  } catch {
    return false;
  }
}

/**
 * Whether node:tls has really looked at a certificate. That of Deno 2.9.6 does
 * not for those of versions 1 and 2, and those that it cannot read: it asks for
 * no proof of their keys, and compares names in place of signatures.
 */
function isLookedAt(certificate: Certificate): boolean {
  const { version } = certificateStateOf(certificate).fields;
  return version === 3 && isReadByRuntime(certificate);
}

function withOtherErrors(
  errors: readonly ChainValidationResult[],
): readonly ChainValidationResult[] {
  const { otherErrors } = ChainValidationResult;
  return errors.includes(otherErrors) ? errors : [...errors, otherErrors];
}

/** The certificates that a peer has shown, in the order in which it has. */
function shownBy(socket: TLSSocket): readonly Uint8Array[] {
  const ders: Uint8Array[] = [];
  const seen = new Set<Partial<DetailedPeerCertificate>>();
  let next: Partial<DetailedPeerCertificate> | undefined = readChain(socket);
  // The last one may be its own issuer.
  while (next !== undefined && next !== null && !seen.has(next)) {
    if (!(next.raw instanceof Uint8Array) || ders.length === MAX_SENT) break;
    seen.add(next);
    ders.push(next.raw);
    next = next.issuerCertificate;
  }
  return ders;
}

function readChain(socket: TLSSocket): Partial<DetailedPeerCertificate> {
  try {
    return socket.getPeerCertificate(true);
  } catch {
    // The first one can be read, and one behind it cannot.
    return socket.getPeerCertificate();
  }
}

function readOr<T>(
  fallback: T,
  read: () => Certificate,
): Certificate | T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArgumentError) return fallback;
    throw error;
  }
}
