/**
 * A program that becomes one of another user: a client of a broker, or what looks
 * like a broker.
 */
import {
  connectUnix,
  listenUnix,
} from "../../../sockets/_broker/unix_socket.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";

const NOBODY = 65534;

const [name = "", path = ""] = Deno.args;
if (libc === null) throw new Error("There are no native calls");
// Now that it is loaded: another user might not reach the files of this one.
const { symbols } = Deno.dlopen("libc.so.6", {
  setuid: { parameters: ["u32"], result: "i32" },
});
if (symbols.setuid(NOBODY) !== 0) throw new Error("It takes root");

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
