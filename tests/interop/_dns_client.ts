// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Asks a DNS server on 127.0.0.1 all questions at once, and prints its responses
 * in the order of the questions.
 *
 * ```sh
 * deno run --allow-net tests/interop/_dns_client.ts PORT TYPE:NAME...
 * ```
 *
 * @module
 */
import {
  decodeResponse,
  type DnsResponse,
  encodeQuery,
  RecordType,
} from "../../examples/dns/message.ts";
import { DatagramSocket } from "../../mod.ts";

const [port = "", ...questions] = Deno.args;
await using socket = new DatagramSocket();
await socket.connectAsync("127.0.0.1", port);
for (const [id, question] of questions.entries()) {
  const [type, name = ""] = question.split(":");
  socket.outputStream.writeAsync(encodeQuery({ id, name, type: toType(type) }));
}
await socket.outputStream.flushAsync();

const responses: DnsResponse[] = [];
for await (const message of socket) {
  const response = decodeResponse(message.getDataReader().detachBuffer());
  if (response !== null) responses.push(response);
  if (responses.length === questions.length) break;
}
responses.sort((one, other) => one.id - other.id);
console.log(JSON.stringify(responses));

function toType(name: string | undefined): RecordType {
  switch (name) {
    case "A":
      return RecordType.A;
    case "AAAA":
      return RecordType.AAAA;
    case "PTR":
      return RecordType.PTR;
    default:
      throw new TypeError(`There is no type "${name}"`);
  }
}
