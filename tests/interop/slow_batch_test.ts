import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Child, type Command } from "../examples/_child.ts";
import { Cable } from "./_network_namespace.ts";
import { denoCommand } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

const FAR = "10.9.8.2";
/** They do not fit into the buffer of a socket, nor the time of a test. */
const COUNT = 600;
/** The number of the one that is sent last: nothing is under way behind it. */
const LAST = 0xFFFF_FFFF;

function program(...args: string[]): Command {
  return denoCommand(["--allow-ffi"], "_slow_batch.ts", ...args);
}

/** Makes the cable slow: what does not fit waits, and nothing is dropped. */
async function slowDown(cable: Cable): Promise<void> {
  const limit = ["rate", "8mbit", "burst", "8kb", "limit", "100mb"];
  const command = ["tc", "qdisc", "add", "dev", "near", "root", "tbf"] as const;
  await using tc = new Child(cable.at("near", [...command, ...limit]));
  const { code, stderr } = await tc.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** Sends a batch and breaks off; tells what was sent, and what has arrived. */
async function breakOff(
  how: string,
): Promise<{ sent: readonly number[]; arrived: readonly number[] }> {
  await using cable = await Cable.lay();
  await slowDown(cable);
  await using receiver = new Child(cable.at("far", program("receive", FAR)));
  const port = await receiver.stdout.match(/^port (\d+)\n/);
  const args = [FAR, port, `${COUNT}`, how];
  await using sender = new Child(cable.at("near", program("send", ...args)));
  const { code, stdout, stderr } = await sender.outcome();
  assertEquals([code, stderr], [0, ""]);
  // Otherwise the system has taken all of them at once.
  assert(stdout.startsWith("full true\nsent "), stdout);
  const sent = stdout.split("\n")[1]?.split(" ").slice(1).map(Number) ?? [];

  const last = `UDP4-DATAGRAM:${FAR}:${port}`;
  await using socat = new Child(cable.at("near", ["socat", "-u", "-", last]));
  await socat.write(new Uint8Array(4).fill(0xFF));
  await socat.endInput();
  await socat.outcome();
  const output = await receiver.stdout.match(
    new RegExp(`^port \\d+\n([^]*)^number ${LAST}\n`, "m"),
  );
  const arrived = output.match(/\d+/g)?.map(Number) ?? [];
  return { sent, arrived };
}

Deno.test(
  "DatagramSocket.close() in the middle of a batch sends the rest, however slowly the system takes it",
  { permissions },
  async () => {
    const { sent, arrived } = await breakOff("close");
    assertEquals(sent, Array.from({ length: COUNT }, (_, index) => index));
    assertEquals(arrived, sent);
  },
);

for (
  const [how, what] of [
    ["abort", "OutputStream.abort()"],
    ["signal", "The signal of OutputStream.writeAsync()"],
  ] as const
) {
  Deno.test(
    `${what} in the middle of a batch of datagrams rejects those that are not sent, and no others`,
    { permissions },
    async () => {
      const { sent, arrived } = await breakOff(how);
      assertGreater(sent.length, COUNT / 4);
      assertLess(sent.length, COUNT);
      assertEquals(sent, Array.from(sent, (_, index) => index));
      assertEquals(arrived, sent);
    },
  );
}
