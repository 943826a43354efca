/**
 * Sends random bytes to an echo server, ends its own side at once, and prints
 * the hashes of what it has sent and of what has come back.
 *
 * Usage: node _node_client.mjs PORT SIZE
 */
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import process from "node:process";
import { Readable } from "node:stream";

const CHUNK_SIZE = 50_000;
const [port, size] = process.argv.slice(2).map(Number);

const sent = createHash("sha256");
const received = createHash("sha256");

function* chunks() {
  for (let rest = size; rest > 0; rest -= CHUNK_SIZE) {
    const chunk = randomBytes(Math.min(rest, CHUNK_SIZE));
    sent.update(chunk);
    yield chunk;
  }
}

const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
socket.on("data", (chunk) => received.update(chunk));
socket.on("end", () => {
  const hashes = { sent: sent.digest("hex"), received: received.digest("hex") };
  process.stdout.write(JSON.stringify(hashes));
});
Readable.from(chunks()).pipe(socket);
