import { assert, assertEquals, assertGreater } from "@std/assert";
// @ts-types="../../bench/_peers/senders/serve_commands.d.mts"
import {
  Arrivals,
  createPackets,
  measureArrivals,
  measureBatches,
  measureDatagrams,
  measureTrips,
  streamPackets,
} from "../../bench/_peers/senders/serve_commands.mjs";

const permissions = "none";
const command = { way: "", size: 10, batch: 3, milliseconds: 1, port: 0 };

Deno.test("createPackets() gives each packet its own memory", {
  permissions,
}, () => {
  const packets = createPackets(command);
  assertEquals(packets.map(({ length }) => length), [10, 10, 10]);
  assertEquals(packets.map(([first]) => first), [0, 1, 2]);
  assertEquals(new Set(packets.map(({ buffer }) => buffer)).size, 3);
});

Deno.test("measureBatches() counts what it measured, and all that it sent", {
  permissions,
}, async () => {
  let batches = 0;
  const answer = await measureBatches(
    command,
    () => Promise.resolve(batches++),
    () => Promise.resolve("123"),
  );
  assertEquals(answer.sent, batches * 3 * 10);
  assertEquals(answer.received, 123);
  assert(answer.first >= 100 && answer.first < batches * 3);
  assert(answer.second >= command.milliseconds / 1e3);
});

Deno.test(
  "measureTrips() gives the median and the 99th percentile in microseconds",
  {
    permissions,
  },
  async () => {
    let trips = 0;
    const start = performance.now();
    const answer = await measureTrips(command, () => {
      const end = performance.now() + 0.02;
      while (performance.now() < end);
      return Promise.resolve(trips++);
    });
    const elapsed = (performance.now() - start) * 1e3;

    assertEquals(answer.sent, trips * 10);
    assertEquals(answer.received, answer.sent);
    assert(answer.first >= 20 && answer.first <= answer.second);
    assert(answer.second <= elapsed);
  },
);

Deno.test("streamPackets() reads as the packets and ends", {
  permissions,
}, async () => {
  const packets = createPackets(command);
  assertEquals(await Array.fromAsync(streamPackets(packets)), packets);
});

Deno.test("measureDatagrams() counts what it measured", {
  permissions: "none",
}, async () => {
  const answer = await measureDatagrams(command, () => Promise.resolve());
  assertGreater(answer.first, 0);
  assertEquals(answer.sent, answer.first * command.size);
  assertEquals(answer.received, answer.sent);
});

Deno.test(
  "measureArrivals() has a batch on its way at most, and takes all of it",
  {
    permissions: "none",
  },
  async () => {
    const eight = { ...command, batch: 8 };
    const arrivals = new Arrivals();
    const requests = new Set<string>();
    let waiting = 0;
    let most = 0;
    let taken = 0;
    const answer = await measureArrivals(eight, (request) => {
      requests.add(new TextDecoder().decode(request));
      waiting += 4;
      most = Math.max(most, waiting);
      for (let i = 0; i < 4; i++) queueMicrotask(() => arrivals.add());
      return Promise.resolve();
    }, async (count) => {
      await arrivals.next(count);
      waiting -= count;
      taken += count;
    });
    assertEquals([...requests], ["10 4"]);
    assertEquals([waiting, most], [0, 8]);
    assertGreater(answer.first, 0);
    assertEquals(answer.sent, (taken - 8) * 10);
  },
);
