// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Tries to send to localhost, and prints why it cannot. Run with
 * `--deny-net=127.0.0.1,[::1]`.
 *
 * @module
 */
import { DatagramSocket } from "../../../mod.ts";

for (
  const connect of [
    (socket: DatagramSocket) => socket.connectAsync("localhost", 9),
    (socket: DatagramSocket) => socket.getOutputStreamAsync("localhost", 9),
  ]
) {
  await using socket = new DatagramSocket();
  try {
    await connect(socket);
    console.log("It can.");
  } catch (error) {
    console.log(error instanceof Error ? error.name : error);
  }
}
