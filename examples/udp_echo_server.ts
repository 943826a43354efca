// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends each datagram back to where it came from.
 *
 * The guide of UWP makes a new socket for each reply, and sends it to a port of
 * the client that both sides know. Here the socket that got the datagram sends
 * the reply, to the port that it came from: a client may have any.
 *
 * ```sh
 * deno run --allow-net examples/udp_echo_server.ts [port]
 * ```
 *
 * @module
 */
import { DatagramSocket } from "@winrt/sockets";

// Any port that is not in use; 0 lets the system choose.
const [serverPort = "1337"] = Deno.args;

const socket = new DatagramSocket();
socket.onmessagereceived = async (message) => {
  try {
    const { remoteAddress, remotePort } = message;
    const request = message.getDataReader().detachBuffer();
    const stream = await socket.getOutputStreamAsync(remoteAddress, remotePort);
    await stream.writeAsync(request);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
};
await socket.bindServiceNameAsync(serverPort);
console.log(`Listening on port ${socket.information.localPort}`);
