/**
 * Sends or receives datagrams on 127.0.0.1, and prints the hashes of them.
 *
 * Usage: node _node_datagrams.mjs send PORT SIZE...
 *        node _node_datagrams.mjs receive COUNT
 *        node _node_datagrams.mjs echo
 */
import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import process from "node:process";

const [command, ...args] = process.argv.slice(2);
const socket = createSocket("udp4");

switch (command) {
  case "send":
    send(args[0], args.slice(1).map(Number));
    break;
  case "receive":
    receive(Number(args[0]));
    break;
  case "echo":
    socket.on("message", (bytes, { port, address }) => {
      socket.send(bytes, port, address);
    });
    bind();
    break;
}

function send(port, sizes) {
  const datagrams = sizes.map((size) => randomBytes(size));
  let rest = datagrams.length;
  for (const datagram of datagrams) {
    socket.send(datagram, port, "127.0.0.1", (error) => {
      if (error) throw error;
      if (--rest === 0) finish(datagrams);
    });
  }
}

function receive(count) {
  const datagrams = [];
  socket.on("message", (bytes) => {
    datagrams.push(bytes);
    if (datagrams.length === count) finish(datagrams);
  });
  bind();
}

function bind() {
  socket.bind(0, "127.0.0.1", () => {
    process.stdout.write(`port ${socket.address().port}\n`);
  });
}

function finish(datagrams) {
  for (const bytes of datagrams) {
    const hash = createHash("sha256").update(bytes).digest("hex");
    process.stdout.write(`${bytes.length} ${hash}\n`);
  }
  socket.close();
}
