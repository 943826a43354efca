import { abortable } from "@std/async";
import { toSocketError } from "../../errors/_classify.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { certificateStateOf } from "../certificates/_certificate_state.ts";
import { loadCertificates } from "../certificates/_load_certificates.ts";
import { errorsToldBy } from "../certificates/_certificate_error.ts";
import type { Certificate } from "../certificates/certificate.ts";
import { DenoConnTransport } from "./deno_conn_transport.ts";
import type { DenoStreamTransport } from "./deno_stream_transport.ts";
import {
  NO_CERTIFICATES,
  type PeerCertificates,
  type SecureTransport,
  type TlsClientRequest,
  type TlsSession,
} from "./secure_transport.ts";

/** A connection by `Deno.startTls`. */
export class DenoTlsTransport extends DenoConnTransport
  implements SecureTransport {
  readonly session: TlsSession;
  readonly peer: PeerCertificates;
  /** Native calls would go past TLS. */
  readonly canWriteNow = false;
  readonly handover = null;
  readonly #conn: Deno.TlsConn;
  readonly #under: DenoStreamTransport;

  /** @param under What the connection was before, and is not to be used. */
  constructor(
    conn: Deno.TlsConn,
    under: DenoStreamTransport,
    session: TlsSession,
    peer: PeerCertificates,
  ) {
    super(conn);
    this.#conn = conn;
    this.#under = under;
    this.session = session;
    this.peer = peer;
  }

  writeNow(): number {
    return 0;
  }

  setOptions(): void {
    // Those of the connection under it stay in force.
  }

  /** What was not read may be messages of TLS itself, which reset nothing. */
  close(): void {
    this.#conn.close();
  }

  closeGracefully(): void {
    this.#conn.close();
  }

  reset(): void {
    this.#under.resetNatively();
    this.#conn.close();
  }
}

/**
 * Makes a connection secure with the runtime's own TLS, which accepts a server
 * without any fault alone. It tells neither the version of TLS nor the cipher.
 *
 * Nothing may be reading from the connection.
 */
export async function startDenoTls(
  under: DenoStreamTransport,
  { hostName, alpnProtocols, trustedRoots, signal, onPeer }: TlsClientRequest,
): Promise<SecureTransport> {
  const action = `Cannot secure the connection to "${hostName}"`;
  let conn;
  try {
    conn = await Deno.startTls(under.conn, {
      hostname: hostName,
      alpnProtocols: [...alpnProtocols],
      caCerts: trustedRoots.map((root) => certificateStateOf(root).ownPem),
    });
  } catch (error) {
    under.reset();
    throw toSocketError(error, action);
  }
  try {
    const { alpnProtocol } = await abortable(conn.handshake(), signal);
    const session = {
      protocol: "",
      cipher: "",
      alpnProtocol: alpnProtocol ?? "",
    };
    const certificate = await peerCertificateOf(conn);
    const peer = { ...NO_CERTIFICATES, certificate };
    return new DenoTlsTransport(conn, under, session, peer);
  } catch (error) {
    // Closing in the handshake leaves the connection open until the peer sends
    // something. After a failure it has the alert that tells the peer why.
    if (signal.aborted) under.resetNatively();
    conn.close();
    signal.throwIfAborted();
    const failure = toSocketError(error, action);
    onPeer({ ...NO_CERTIFICATES, errors: errorsToldBy(failure) });
    throw failure;
  }
}

/**
 * The certificate that the server has shown. Deno has it under a symbol of its
 * own, for its node:https; null should that go.
 */
async function peerCertificateOf(
  conn: Deno.TlsConn,
): Promise<Certificate | null> {
  const prototype: object = Object.getPrototypeOf(conn);
  const symbol = Object.getOwnPropertySymbols(prototype)
    .find(({ description }) => description === "getPeerCertificate");
  if (symbol === undefined) return null;
  const get: unknown = Reflect.get(conn, symbol);
  const shown: unknown = typeof get === "function"
    ? get.call(conn, true)
    : undefined;
  if (typeof shown !== "object" || shown === null) return null;
  if (!("raw" in shown) || !(shown.raw instanceof Uint8Array)) return null;
  const { fromDer } = await loadCertificates();
  try {
    return fromDer(shown.raw);
  } catch (error) {
    // The runtime has accepted what this library cannot read.
    if (error instanceof ArgumentError) return null;
    throw error;
  }
}
