// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Asks all computers of the network which kinds of services they offer, such as
 * printing, by multicast DNS (RFC 6762) and service discovery (RFC 6763), and
 * prints the names that come.
 *
 * ```sh
 * deno run --allow-net examples/mdns_query.ts [--seconds 2]
 *   [--name _services._dns-sd._udp.local] [--address ADDRESS]
 * ```
 *
 * With the name of a service, such as `_ipp._tcp.local`, it prints who offers
 * it. With several networks, `--address` tells by which to ask: it is the
 * computer's own address there.
 *
 * The question comes from a port of the system's choice, so that the answers
 * come back to that port alone (RFC 6762, sections 5.1 and 6.7), and the socket
 * joins no group.
 *
 * @module
 */
import { DatagramSocket } from "@winrt/sockets";
import { parseOptions, toSeconds } from "./_options.ts";
import { decodeResponse, encodeQuery, RecordType } from "./dns/message.ts";
import { describeFailure } from "./echo/failure.ts";

const GROUP = "224.0.0.251";
const PORT = "5353";

try {
  const option = parseOptions(Deno.args, {
    seconds: "2",
    name: "_services._dns-sd._udp.local",
    address: "0.0.0.0",
  });
  const seconds = toSeconds("seconds", option("seconds"));
  await ask(option("name"), option("address"), seconds);
} catch (error) {
  console.error(describeFailure(error));
  Deno.exitCode = 1;
}

async function ask(
  name: string,
  address: string,
  seconds: number,
): Promise<void> {
  using socket = new DatagramSocket();
  await socket.bindEndpointAsync(address, "");
  const group = await socket.getOutputStreamAsync(GROUP, PORT);
  const query = { id: 0, name, type: RecordType.PTR };
  await group.writeAsync(encodeQuery(query));

  const found = new Set<string>();
  // Closing ends the loop.
  setTimeout(() => socket.close(), seconds * 1000);
  for await (const message of socket) {
    try {
      const bytes = message.getDataReader().detachBuffer();
      for (const answer of answersTo(name, bytes)) {
        if (!found.has(answer)) console.log(answer);
        found.add(answer);
      }
    } catch (error) {
      console.error(`${message.remoteAddress}: ${describeFailure(error)}`);
    }
  }
  console.log(`${found.size} found in ${seconds} s`);
}

function answersTo(name: string, message: Uint8Array): readonly string[] {
  const answers = decodeResponse(message)?.answers ?? [];
  return answers
    .filter(({ type }) => type === RecordType.PTR)
    // The case of letters makes no difference (RFC 6762, section 16).
    .filter((answer) => answer.name.toLowerCase() === name.toLowerCase())
    .flatMap(({ data }) => data ?? []);
}
