// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * A server whose handlers throw. Prints how that surfaces.
 *
 * @module
 */
import { StreamSocket, StreamSocketListener } from "../../../mod.ts";

globalThis.addEventListener("error", (event) => {
  event.preventDefault();
  console.log("error", event.error.message);
});
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.log("unhandledrejection", event.reason.message);
});

let connections = 0;
const listener = new StreamSocketListener();
listener.addEventListener("connectionreceived", async ({ socket }) => {
  connections++;
  await socket[Symbol.asyncDispose]();
  throw new Error("rejected");
});
listener.addEventListener("connectionreceived", () => {
  throw new Error("thrown");
});
await listener.bindEndpointAsync("127.0.0.1", "");
for (let i = 0; i < 2; i++) {
  const client = new StreamSocket();
  await client.connectAsync("127.0.0.1", listener.information.localPort);
  await client.inputStream.readAsync(new Uint8Array(1));
  client.close();
}
listener.close();
console.log("connections", connections);
