/**
 * One side of a TLS connection, which reads its certificates as JSON from its
 * standard input: `cert`, `key` and `ca`.
 *
 * - `node _node_tls.mjs server SIZE` prints its port, reads up to the end of the
 *   client, which must have a certificate, and answers then.
 * - `node _node_tls.mjs client SIZE PORT` sends, ends its own side, and reads up
 *   to the end of the server.
 *
 * Both send random bytes, and print the hashes of what they have sent and
 * received.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { json } from "node:stream/consumers";
import { connect, createServer } from "node:tls";

const [role, size, port] = process.argv.slice(2);
const options = { ...await json(process.stdin), allowHalfOpen: true };
const bytes = randomBytes(Number(size));
const sent = createHash("sha256").update(bytes).digest("hex");

/** Reads up to the end of the other side, and prints what is known then. */
async function readAll(socket) {
  const { authorized } = socket;
  const peer = socket.getPeerCertificate().subject.CN;
  const protocol = socket.getProtocol();
  const hash = createHash("sha256");
  socket.on("data", (chunk) => hash.update(chunk));
  await once(socket, "end");
  const received = hash.digest("hex");
  process.stdout.write(
    `${JSON.stringify({ authorized, peer, protocol, sent, received })}\n`,
  );
}

if (role === "server") {
  const server = createServer({ ...options, requestCert: true });
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`port ${server.address().port}\n`);
  });
  const [socket] = await once(server, "secureConnection");
  server.close();
  await readAll(socket);
  socket.end(bytes);
} else {
  const host = "127.0.0.1";
  const socket = connect({ ...options, host, port, servername: "localhost" });
  socket.end(bytes);
  await once(socket, "secureConnect");
  await readAll(socket);
}
