import { assertEquals } from "@std/assert";
import { Child, example } from "./_child.ts";
import { DatagramPeer } from "./_datagram_peer.ts";

const permissions = {
  net: ["127.0.0.1", "224.0.0.251"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** The encoded name `_services._dns-sd._udp.local`. */
const SERVICES = "095f7365727669636573" + "075f646e732d7364" + "045f756470" +
  "056c6f63616c00";

/** Bytes of what is written in hexadecimal. */
function hex(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(parts.join(""));
}

Deno.test("mdns_query asks for services and prints each that is told once", {
  permissions,
  // Elsewhere the address does not choose the network.
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using peer = await DatagramPeer.join("224.0.0.251", 5353);
  const asked = peer.receive();
  const options = ["--seconds", "0.5", "--address", "127.0.0.1"];
  await using child = new Child(example("mdns_query.ts", ...options));
  const { bytes, port } = await asked;
  const question = hex(SERVICES, "000c0001");
  assertEquals(bytes, hex("00000000", "0001000000000000", question.toHex()));

  const answers = [
    // "_ipp._tcp" and a pointer to "local" in the question.
    "c00c000c00010000000a000c" + "045f697070" + "045f746370" + "c023",
    "c00c000c00010000000a000d" + "055f68747470" + "045f746370" + "c023",
    // A record of another name.
    "c023000c00010000000a0002" + "c00c",
  ];
  const response = hex(
    "00008400" + "0001000300000000",
    question.toHex(),
    ...answers,
  );
  peer.send(response, port);
  peer.send(response, port);
  peer.send(response.subarray(0, 20), port);

  const { code, stdout, stderr } = await child.outcome();
  assertEquals(
    { code, stdout },
    {
      code: 0,
      stdout: "_ipp._tcp.local\n_http._tcp.local\n2 found in 0.5 s\n",
    },
  );
  assertEquals(
    stderr,
    "127.0.0.1: Cannot read the message: it ends within a name (RangeError)\n",
  );
});
