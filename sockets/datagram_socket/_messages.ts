import type { ReceivedDatagram } from "../_transport/datagram_transport.ts";
import type { Message } from "./_message_source.ts";

/** A datagram as JSON. */
interface Encoded {
  readonly hostname: string;
  readonly port: number;
  readonly localHostname: string;
  readonly bytes: string;
}

/** Writes datagrams for another process. Errors of earlier ones stay here. */
export function encodeMessages(
  messages: readonly Message[],
): Uint8Array<ArrayBuffer> {
  const datagrams = messages.filter(({ error }) => error === null);
  if (datagrams.length === 0) return new Uint8Array();
  const encoded = datagrams.map((message): Encoded => ({
    ...message.remote,
    localHostname: message.localHostname,
    bytes: message.error === null ? message.bytes.toBase64() : "",
  }));
  return new TextEncoder().encode(JSON.stringify(encoded));
}

/** Reads what {@linkcode encodeMessages} has written. */
export function decodeMessages(bytes: Uint8Array): readonly ReceivedDatagram[] {
  if (bytes.length === 0) return [];
  const encoded: readonly Encoded[] = JSON.parse(
    new TextDecoder().decode(bytes),
  );
  return encoded.map(({ hostname, port, localHostname, bytes }) => ({
    remote: { hostname, port },
    localHostname,
    bytes: Uint8Array.fromBase64(bytes),
    error: null,
  }));
}
