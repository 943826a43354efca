import dgram from "node:dgram";
import { once } from "node:events";

/** The address of a name server, as `Deno.resolveDns` takes it. */
export interface NameServer {
  ipAddr: string;
  port: number;
}

/**
 * Runs a name server on the loopback address that knows no record at all.
 *
 * @param rcode The response code to answer with (RFC 1035, section 4.1.1), or
 * `null` for no answer.
 * @param port The port to listen on, 0 for any.
 * @param use What to do while the server runs.
 * @returns What `use` returns.
 */
export async function withNameServer<T>(
  rcode: number | null,
  port: number,
  use: (nameServer: NameServer) => Promise<T>,
): Promise<T> {
  const server = dgram.createSocket("udp4");
  if (rcode !== null) {
    server.on("message", (query, { address, port }) => {
      server.send(emptyAnswer(query, rcode), port, address);
    });
  }
  server.bind(port, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use({ ipAddr: "127.0.0.1", port: server.address().port });
  } finally {
    server.close();
    await once(server, "close");
  }
}

/** Repeats the question, with a response code and nothing else. */
function emptyAnswer(query: Uint8Array, rcode: number): Uint8Array {
  // RFC 1035, section 4.1: the header is 12 bytes; the question is a name that
  // a zero byte ends, then 4 bytes of type and class.
  const answer = query.slice(0, query.indexOf(0, 12) + 5);
  // QR and AA; RA and the code; one question, no records.
  answer.set([0x84, 0x80 | rcode, 0, 1, 0, 0, 0, 0, 0, 0], 2);
  return answer;
}
