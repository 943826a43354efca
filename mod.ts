/**
 * Windows.Networking.Sockets for Deno: socket classes that are web streams
 * underneath, whose sends batch by themselves, and whose every failure has a
 * name.
 *
 * TCP and TLS are `StreamSocket` and `StreamSocketListener`, UDP is
 * `DatagramSocket`, and WebSockets are `MessageWebSocket`, `StreamWebSocket` and
 * `WebSocketListener`. `SocketActivityInformation` has the sockets that the socket
 * broker keeps beyond the end of a program. The platform's own socket calls are in
 * `@winrt/sockets/winsock`, apart from all these.
 *
 * ```ts
 * import { StreamSocket, StreamSocketListener } from "@winrt/sockets";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.onconnectionreceived = ({ socket }) => {
 *   socket.inputStream.pipeTo(socket.outputStream);
 * };
 * await listener.bindServiceNameAsync("");
 *
 * const socket = new StreamSocket();
 * await socket.connectAsync("localhost", listener.information.localPort);
 * await socket.outputStream.writeAsync(new TextEncoder().encode("hello"));
 * const reply = await socket.inputStream.readAsync(new Uint8Array(5));
 * assertEquals(new TextDecoder().decode(reply), "hello");
 *
 * await socket[Symbol.asyncDispose]();
 * listener.close();
 * ```
 *
 * @module
 */
export * from "./errors/mod.ts";
export * from "./sockets/mod.ts";
