import { assertEquals } from "@std/assert";
import { decodeResponse, encodeSearch } from "../../examples/ssdp/message.ts";
import { Child, example } from "./_child.ts";
import { DatagramPeer } from "./_datagram_peer.ts";

const permissions = {
  net: ["127.0.0.1", "239.255.255.250"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** A response of a device (UPnP Device Architecture 2.0, section 1.3.3). */
function response(target: string, id: string): string {
  return [
    "HTTP/1.1 200 OK",
    "CACHE-CONTROL: max-age=1800",
    "EXT:",
    "LOCATION: http://127.0.0.1:8060/device.xml",
    "SERVER: test/1.0 UPnP/2.0 test/1.0",
    `ST: ${target}`,
    `USN: ${id}`,
    "",
    "",
  ].join("\r\n");
}

Deno.test("ssdp_discovery prints each device that answers once", {
  permissions,
  // Elsewhere the address does not choose the network.
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using device = await DatagramPeer.join("239.255.255.250", 1900);
  const asked = device.receive();
  await using child = new Child(
    example(
      "ssdp_discovery.ts",
      ...["--seconds", "1", "--target", "upnp:rootdevice"],
      ...["--address", "127.0.0.1"],
    ),
  );
  const { text, port } = await asked;
  for (const id of ["uuid:1", "uuid:2", "uuid:1"]) {
    device.send(response("upnp:rootdevice", id), port);
  }
  device.send("NOTIFY * HTTP/1.1\r\n\r\n", port);

  assertEquals(text.split("\r\n"), [
    "M-SEARCH * HTTP/1.1",
    "HOST: 239.255.255.250:1900",
    'MAN: "ssdp:discover"',
    "MX: 1",
    "ST: upnp:rootdevice",
    "",
    "",
  ]);
  const line = "127.0.0.1 upnp:rootdevice http://127.0.0.1:8060/device.xml\n";
  assertEquals(await child.outcome(), {
    code: 0,
    stdout: `${line}${line}2 found in 1 s\n`,
    stderr: "",
  });
});

const MISTAKES = [
  [
    ["--seconds", "0"],
    'Invalid value of --seconds "0": it must be a number of seconds above 0, 3600 at most',
  ],
  [
    ["now"],
    'Unknown argument "now": there are --seconds, --target, --address',
  ],
  [["--target"], "Missing value of --target"],
] as const;

for (const [args, message] of MISTAKES) {
  Deno.test(`ssdp_discovery fails when it is run with "${args.join(" ")}"`, {
    permissions,
  }, async () => {
    await using child = new Child(example("ssdp_discovery.ts", ...args));

    assertEquals(await child.outcome(), {
      code: 1,
      stdout: "",
      stderr: `${message} (ArgumentError, 0x80070057)\n`,
    });
  });
}

Deno.test("encodeSearch() makes lines that end with CR and LF", {
  permissions: "none",
}, () => {
  assertEquals(
    new TextDecoder().decode(encodeSearch("ssdp:all", 2)),
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n',
  );
});

Deno.test("decodeResponse() takes headers in any case and without a location", {
  permissions: "none",
}, () => {
  const text = "HTTP/1.1 200 OK\r\nst:ssdp:all\r\nUsn:  uuid:1 \r\n\r\n";
  assertEquals(decodeResponse(new TextEncoder().encode(text)), {
    target: "ssdp:all",
    id: "uuid:1",
    location: "",
  });
});

const OTHERS = [
  "",
  "HTTP/1.1 404 Not Found\r\nST: a\r\nUSN: b\r\n\r\n",
  "HTTP/1.1 200 OK\r\nST: a\r\n\r\n",
  "HTTP/1.1 200 OK\r\nST: a\r\nUSN: \x1b[2J\r\n\r\n",
];

for (const text of OTHERS) {
  Deno.test(`decodeResponse() gives null for ${JSON.stringify(text)}`, {
    permissions: "none",
  }, () => {
    assertEquals(decodeResponse(new TextEncoder().encode(text)), null);
  });
}
