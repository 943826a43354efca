// deno-lint-ignore-file no-console -- it prints its port for the benchmark
/**
 * The other side of a benchmark of datagrams, in a process of its own: it drops
 * what it gets.
 *
 * @module
 */
import { DatagramSocket } from "../mod.ts";

await using socket = new DatagramSocket();
await socket.bindEndpointAsync("127.0.0.1", "");
console.log(socket.information.localPort);
const messages = socket[Symbol.asyncIterator]();
while (!(await messages.next()).done);
