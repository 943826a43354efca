import { assertEquals } from "@std/assert";
import { Child, type Command } from "../examples/_child.ts";
import { Cable } from "./_network_namespace.ts";
import { denoCommand } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

/** The MTU of a cable, 1,500 bytes, less the headers of IPv4 (20) and UDP (8). */
const MAX_WHOLE = 1_472;

function program(...args: string[]): Command {
  return denoCommand(["--allow-ffi"], "_sized_datagrams.ts", ...args);
}

/** What became of datagrams: what the sender was told, and what arrived. */
async function exchange(
  dontFragment: boolean,
  sizes: readonly number[],
): Promise<{ told: string[]; arrived: string[] }> {
  await using cable = await Cable.lay();
  await using receiver = new Child(cable.at("far", program("receive")));
  const port = await receiver.stdout.match(/^port (\d+)\n/);
  const last = 1;
  const list = [...sizes, last].join(",");
  await using sender = new Child(
    cable.at(
      "near",
      program("send", "10.9.8.2", port, `${dontFragment}`, list),
    ),
  );
  const { stdout } = await sender.outcome();
  const arrived = await receiver.stdout.match(/^port \d+\n([^]*)size 1\n/);
  return {
    told: stdout.trim().split("\n").slice(0, -1),
    arrived: arrived.match(/\d+/g) ?? [],
  };
}

for (
  const [what, sizes] of [
    ["of one size", Array(8).fill(MAX_WHOLE + 1)],
    ["that just fit, of one size", Array(8).fill(MAX_WHOLE)],
    ["of mixed sizes", [
      ...[100, MAX_WHOLE, MAX_WHOLE + 1, 100],
      ...[MAX_WHOLE + 1, MAX_WHOLE + 1, MAX_WHOLE, 4000, 0, 100],
    ]],
  ] as const
) {
  Deno.test(
    `DatagramSocket with dontFragment refuses those of a batch that are too long for the path, ${what}`,
    { permissions },
    async () => {
      const { told, arrived } = await exchange(true, sizes);
      const isWhole = (size: number): boolean => size <= MAX_WHOLE;
      assertEquals(
        told,
        sizes.map((size) =>
          `${size} ${isWhole(size) ? "sent" : "messageTooLong"}`
        ),
      );
      assertEquals(arrived, sizes.filter(isWhole).map(String));
    },
  );
}

Deno.test(
  "DatagramSocket without dontFragment sends datagrams in parts that arrive as one",
  { permissions },
  async () => {
    const sizes = [4000, 4000, MAX_WHOLE + 1, 65_507, 10];
    const { told, arrived } = await exchange(false, sizes);
    assertEquals(told, sizes.map((size) => `${size} sent`));
    assertEquals(arrived, sizes.map(String));
  },
);
