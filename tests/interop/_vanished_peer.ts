// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Exchanges a byte with a server that sends back what comes in, prints
 * `connected`, waits for a line of input, and prints what ends the connection,
 * and after how many milliseconds.
 *
 * ```sh
 * deno run --allow-net --allow-ffi tests/interop/_vanished_peer.ts HOST PORT HOW
 * ```
 *
 * @module
 */
import { SocketError, SocketErrorStatus, StreamSocket } from "../../mod.ts";

const [host = "", port = "", how = ""] = Deno.args;
await using socket = new StreamSocket();
const { control } = socket;
if (how === "userTimeout") control.userTimeout = 1_000;
else {
  control.keepAlive = true;
  control.keepAliveTime = 1_000;
  control.keepAliveInterval = 1_000;
  control.keepAliveCount = 2;
}
await socket.connectAsync(host, port);
await socket.outputStream.writeAsync(new Uint8Array(1));
await socket.inputStream.readAsync(new Uint8Array(1));
console.log("connected");

await Deno.stdin.read(new Uint8Array(1));
const start = performance.now();
// Keep-alive is for connections that are idle.
if (how === "userTimeout") {
  await socket.outputStream.writeAsync(new Uint8Array(1));
}
try {
  await socket.inputStream.readAsync(new Uint8Array(1));
} catch (error) {
  if (!(error instanceof SocketError)) throw error;
  const { connectionTimedOut } = SocketErrorStatus;
  console.log("timed out:", error.status === connectionTimedOut);
  console.log("after:", performance.now() - start);
}
