import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import type {
  BandwidthStatistics,
  RoundTripTimeStatistics,
} from "../../mod.ts";
import { Child, type Command } from "../examples/_child.ts";
import { DelayedLink } from "./_delayed_link.ts";
import { Cable } from "./_network_namespace.ts";
import { denoCommand } from "./_peers.ts";

type Statistics = BandwidthStatistics & RoundTripTimeStatistics;

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

const FAR = "10.9.8.2";
/** How often statistics are read. */
const COUNT = 40;

function program(...args: string[]): Command {
  return denoCommand(["--allow-ffi"], "_tcp_statistics.ts", ...args);
}

/** What a program has printed, once it has ended. */
async function statisticsOf(child: Child): Promise<readonly Statistics[]> {
  const { code, stdout, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const statistics = stdout.split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  assertGreaterOrEqual(statistics.length, COUNT);
  return statistics;
}

/** Asserts what values are, within 20 %, by their median. */
function assertAbout(values: readonly number[], expected: number): void {
  // A machine with much to do makes some of them longer, or less.
  const median = values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  assertLessOrEqual(
    Math.abs(median - expected) / expected,
    0.2,
    `${median} is not about ${expected}: ${values}`,
  );
}

Deno.test(
  "StreamSocketInformation.roundTripTimeStatistics tell the delay of the link, at both ends",
  { permissions },
  async () => {
    const delay = 20;
    const roundTrip = 2 * delay * 1000;
    await using cable = await Cable.lay();
    await using link = await DelayedLink.over(cable, delay);
    const { farHost } = link;
    await using server = new Child(cable.at("far", program("serve", farHost)));
    const port = await server.stdout.match(/^port (\d+)\n/);
    const call = program("call", farHost, port, `${COUNT}`);
    await using client = new Child(cable.at("near", call));

    for (const child of [client, server]) {
      const statistics = await statisticsOf(child);
      assertAbout(statistics.map(({ min }) => min), roundTrip);
      assertAbout(statistics.map(({ sum }) => sum), roundTrip);
      let longest = 0;
      for (const { max, sum } of statistics) {
        longest = Math.max(longest, sum);
        assertEquals(max, longest);
      }
    }
  },
);

Deno.test(
  "StreamSocketInformation.bandwidthStatistics tell the rate of a link that is full",
  { permissions },
  async () => {
    await using cable = await Cable.lay();
    const rate = ["rate", "8mbit", "burst", "8kb", "limit", "100mb"];
    const tbf = ["tc", "qdisc", "add", "dev", "near", "root", "tbf"] as const;
    await using tc = new Child(cable.at("near", [...tbf, ...rate]));
    assertEquals((await tc.outcome()).code, 0);
    const address = `TCP4-LISTEN:0,bind=${FAR}`;
    await using server = new Child(
      cable.at("far", ["socat", "-d", "-d", "-u", address, "OPEN:/dev/null"]),
    );
    const port = await server.stderr.match(/listening on AF=2 [\d.]+:(\d+)/);
    const send = program("send", FAR, port, `${COUNT}`);
    await using client = new Child(cable.at("near", send));

    const statistics = await statisticsOf(client);
    const rates = statistics.map((each) => each.outboundBitsPerSecond);
    assertAbout(rates, 8_000_000);
    const peaked = statistics.filter((each) => each.outboundBandwidthPeaked);
    assertGreater(peaked.length, COUNT / 2);
  },
);
