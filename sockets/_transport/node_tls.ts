import type { TLSSocket } from "node:tls";
import { toSocketError } from "../../errors/_classify.ts";
import {
  certificateError,
  errorsToldBy,
} from "../certificates/_certificate_error.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import { type JudgeOptions, judgeShown } from "./node_tls_peer.ts";
import { NodeTlsTransport, Plaintext } from "./node_tls_transport.ts";
import {
  NO_CERTIFICATES,
  type PeerCertificates,
  type SecureTransport,
} from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { TlsCarrier } from "./tls_carrier.ts";
import { breakOff, drainOf, sessionOf, shakeHands } from "./tls_handshake.ts";

/** One side of TLS by node:tls. */
export interface NodeTlsSide {
  /** What is being done, for errors. */
  readonly action: string;
  /** What the socket tells when it is secure. */
  readonly event: "secure" | "secureConnect";
  readonly signal: AbortSignal;
  /** Makes the socket of TLS over the connection. */
  readonly open: (carrier: TlsCarrier) => Promise<TLSSocket>;
  /** How the peer is judged, once the socket is secure. */
  readonly judging: (socket: TLSSocket) => JudgeOptions;
  readonly ignorableErrors: readonly ChainValidationResult[];
  /** Told what the peer has shown, also if that is refused. */
  readonly onPeer: (peer: PeerCertificates) => void;
}

/**
 * Makes a connection secure with node:tls, or closes it. The certificates of the
 * peer are judged here, before anything is sent to it or taken from it.
 */
export async function secureByNode(
  under: StreamTransport,
  side: NodeTlsSide,
): Promise<SecureTransport> {
  const { action, signal, ignorableErrors } = side;
  const transport = await shakeHandsOver(under, side);
  const { peer } = transport;
  side.onPeer(peer);
  const error = certificateError(peer.errors, ignorableErrors, action);
  if (error === null && !signal.aborted) return transport;
  // TLS 1.3 is done for the peer, and no alert can be sent any more: it must not
  // take the end for an orderly one.
  transport.reset();
  throw signal.aborted ? signal.reason : error;
}

async function shakeHandsOver(
  under: StreamTransport,
  { action, event, signal, open, judging, onPeer }: NodeTlsSide,
): Promise<NodeTlsTransport> {
  const carrier = new TlsCarrier(under);
  let socket: TLSSocket | null = null;
  try {
    socket = await open(carrier);
    carrier.drain = drainOf(socket);
    const plaintext = new Plaintext(socket);
    await shakeHands(socket, event, carrier, signal);
    const session = sessionOf(socket);
    const peer = await judgeShown(socket, judging(socket));
    const parts = { under, carrier, socket, plaintext, session, peer };
    return new NodeTlsTransport(parts);
  } catch (error) {
    await breakOff(under, socket, carrier);
    signal.throwIfAborted();
    const failure = toSocketError(error, action);
    onPeer({ ...NO_CERTIFICATES, errors: errorsToldBy(failure) });
    throw failure;
  }
}
