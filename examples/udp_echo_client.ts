// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends a datagram to `udp_echo_server.ts` and prints the one that comes back.
 *
 * ```sh
 * deno run --allow-net examples/udp_echo_client.ts [server port] [client port]
 * ```
 *
 * @module
 */
import { deadline } from "@std/async";
import { DatagramSocket, HostName, SocketError } from "@winrt/sockets";

const serverHost = new HostName("localhost");
// Two ports, since both run on one computer; 0 lets the system choose.
const [serverPort = "1337", clientPort = "1338"] = Deno.args;

using socket = new DatagramSocket();
const response = Promise.withResolvers<string>();
socket.onmessagereceived = (message) => {
  const reader = message.getDataReader();
  response.resolve(reader.readString(reader.unconsumedBufferLength));
};

try {
  await socket.bindServiceNameAsync(clientPort);
  const stream = await socket.getOutputStreamAsync(serverHost, serverPort);
  await stream.writeAsync(new TextEncoder().encode("Hello, world!"));

  // Of a datagram that gets lost, nobody tells.
  console.log(await deadline(response.promise, 2000));
} catch (error) {
  if (error instanceof SocketError) console.error(error.message);
  else if (error instanceof DOMException) console.error("No response in 2 s");
  else throw error;
  Deno.exitCode = 1;
}
