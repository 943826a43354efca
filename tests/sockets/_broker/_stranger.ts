/**
 * A program of another user: a client of a broker, or what looks like a broker.
 * It needs nothing that has to be downloaded for that user.
 */
import {
  connectUnix,
  listenUnix,
} from "../../../sockets/_broker/unix_socket.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";

const [name = "", path = ""] = Deno.args;
if (libc === null) throw new Error("There are no native calls");

async function write(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(text));
}

if (name === "client") {
  const socket = connectUnix(libc, path, 5);
  const count = libc.call.recv(socket, new Uint8Array(1), 1n, 0);
  await write(count === 0 ? "refused" : `${count}`);
} else {
  const listener = listenUnix(libc, path);
  await write(listener >= 0 ? "listening" : `${listener}`);
  await Deno.stdin.read(new Uint8Array(1));
}
