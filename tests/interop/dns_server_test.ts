import { assertEquals } from "@std/assert";
import { RecordType } from "../../examples/dns/message.ts";
import { Child } from "../examples/_child.ts";
import { DATAGRAM_FLAGS, denoCommand, startDnsmasq } from "./_peers.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const NOERROR = 0;
const NXDOMAIN = 3;
const TTL = 60;

for (const [transport, flags] of Object.entries(DATAGRAM_FLAGS)) {
  Deno.test(`DatagramSocket by ${transport} gets answers from dnsmasq`, {
    permissions,
  }, async () => {
    await using server = await startDnsmasq(
      "--local=/test/",
      `--local-ttl=${TTL}`,
      "--host-record=host.test,192.0.2.7,2001:db8::7",
      "--ptr-record=_services._dns-sd._udp.test,_ipp._tcp.test",
    );
    await using client = new Child(denoCommand(
      flags,
      "_dns_client.ts",
      server.port,
      "A:host.test",
      "AAAA:host.test",
      "PTR:_services._dns-sd._udp.test",
      "A:nope.test",
      "PTR:host.test",
    ));

    const { code, stdout, stderr } = await client.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(JSON.parse(stdout), [
      {
        id: 0,
        code: NOERROR,
        answers: [{
          name: "host.test",
          type: RecordType.A,
          ttl: TTL,
          data: "192.0.2.7",
        }],
      },
      {
        id: 1,
        code: NOERROR,
        answers: [{
          name: "host.test",
          type: RecordType.AAAA,
          ttl: TTL,
          data: "2001:db8::7",
        }],
      },
      {
        id: 2,
        code: NOERROR,
        answers: [{
          name: "_services._dns-sd._udp.test",
          type: RecordType.PTR,
          ttl: TTL,
          data: "_ipp._tcp.test",
        }],
      },
      { id: 3, code: NXDOMAIN, answers: [] },
      { id: 4, code: NOERROR, answers: [] },
    ]);
  });
}
