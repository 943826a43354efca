import { assertEquals, assertMatch } from "@std/assert";
import { toBytes } from "@std/streams";
import { Child, example, type Outcome } from "./_child.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const WAYS = ["one_by_one", "all_at_once", "flush"];
/** A thousand packets of 64 bytes, each filled with its number. */
const PACKETS = Uint8Array.from(
  { length: 64_000 },
  (_, index) => Math.floor(index / 64) % 256,
);

/** Runs the example to its end. */
async function run(way: string, ...args: string[]): Promise<Outcome> {
  await using child = new Child(example(`batched_sends/${way}.ts`, ...args));
  return await child.outcome();
}

for (const way of WAYS) {
  Deno.test(`batched_sends/${way} sends a thousand packets in order`, {
    permissions,
  }, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const received = listener.accept().then(({ readable }) =>
      toBytes(readable)
    );
    const port = `${listener.addr.port}`;
    const sent = run(way, "--host", "127.0.0.1", "--port", port);

    const { code, stdout, stderr } = await sent;
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertMatch(stdout, /^Sent 1000 packets of 64 bytes in \d+\.\d ms\n$/);
    assertEquals(await received, PACKETS);
  });

  Deno.test(`batched_sends/${way} fails with one line when nobody listens`, {
    permissions,
  }, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    listener.close();
    const port = `${listener.addr.port}`;

    assertEquals(await run(way, "--host", "127.0.0.1", "--port", port), {
      code: 1,
      stdout: "",
      stderr:
        `Cannot connect to "127.0.0.1:${port}": connection refused (connectionRefused, 0x8007274D)\n`,
    });
  });
}

Deno.test(
  "batched_sends/flush fails with one line when an argument is unknown",
  {
    permissions,
  },
  async () => {
    assertEquals(await run("flush", "1337"), {
      code: 1,
      stdout: "",
      stderr:
        'Unknown argument "1337": there are --host HOST and --port PORT (ArgumentError, 0x80070057)\n',
    });
  },
);
