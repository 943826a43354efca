import { assertEquals } from "@std/assert";

const FILES = [
  "datagram_socket_test.ts",
  "datagram_socket_bad_groups_test.ts",
  "datagram_socket_bad_input_test.ts",
  "datagram_socket_cancel_test.ts",
  "datagram_socket_control_test.ts",
  "datagram_socket_lifetime_test.ts",
  "datagram_socket_order_test.ts",
  "datagram_socket_phases_test.ts",
  "datagram_socket_refusals_test.ts",
];

/** The flags for the transports that need no native calls. */
const FLAGS = { "Deno.listenDatagram": ["--unstable-net"], "node:dgram": [] };

for (const [transport, flags] of Object.entries(FLAGS)) {
  Deno.test(
    `DatagramSocket passes its tests without the ffi permission, by ${transport}`,
    { permissions: { read: true, run: true } },
    async () => {
      // Whether there are native calls is settled once for a process.
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["test", "--quiet", "--no-prompt", "--no-check", "--reporter=tap"],
          ...["--allow-net", "--allow-sys=networkInterfaces", ...flags],
          ...FILES.map((name) => new URL(name, import.meta.url).href),
        ],
      }).output();
      const decoder = new TextDecoder();
      const failed = decoder.decode(stdout).split("\n").filter((line) =>
        line.startsWith("not ok")
      );
      assertEquals(failed, []);
      assertEquals([code, decoder.decode(stderr)], [0, ""]);
    },
  );
}
