// deno-lint-ignore-file no-console -- it prints its port for the benchmark
/**
 * The other side of a benchmark of WebSockets that is one of this library: it
 * sends each message back, in a process of its own.
 *
 * @module
 */
import { WebSocketListener } from "@winrt/sockets";

const listener = new WebSocketListener();
listener.onconnectionreceived = async (request) => {
  const webSocket = await request.acceptMessageWebSocketAsync();
  webSocket.onmessagereceived = (message) => {
    const bytes = message.getDataReader().detachBuffer();
    webSocket.outputStream.writeAsync(bytes);
  };
};
await listener.bindEndpointAsync("127.0.0.1", "");
console.log(listener.information.localPort);
