import { assert } from "@std/assert";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { linuxSockets } from "../../../sockets/winsock/_linux_sockets.ts";
import { PollPoller } from "../../../sockets/winsock/_poll_poller.ts";
import { Poller } from "../../../sockets/winsock/_poller.ts";
import {
  Readiness,
  type ReadinessPoller,
} from "../../../sockets/winsock/_readiness.ts";
import { MSG_OOB } from "../../../sockets/winsock/mod.ts";
import { isPending } from "../streams/_fakes.ts";
import { openEvent } from "./_event.ts";
import { bytesOf, ignore, Started, succeed, tcpPair } from "./_winsock.ts";
import { SD_BOTH, send, shutdown } from "../../../sockets/winsock/mod.ts";

/** Both ways to wait, for what is true of both. */
function newPollers(): readonly ReadinessPoller[] {
  assert(libc !== null);
  return [new Poller(libc), new PollPoller(linuxSockets(libc))];
}

/** A test of both ways to wait. */
function testBoth(
  name: string,
  test: (poller: ReadinessPoller) => Promise<void>,
): void {
  Deno.test({
    name: `ReadinessPoller${name}`,
    ignore,
    async fn() {
      for (const poller of newPollers()) await test(poller);
    },
  });
}

testBoth(
  ".wait() resolves when a descriptor is ready, for each readiness",
  async (poller) => {
    const event = openEvent();
    const readable = poller.wait(event.descriptor, Readiness.readable);
    await poller.wait(event.descriptor, Readiness.writable);
    assert(await isPending(readable));
    event.add();
    await readable;
    // It is ready still.
    await poller.wait(event.descriptor, Readiness.readable);
    await poller.forget(event.descriptor);
    event.close();
  },
);

testBoth(".wait() resolves for urgent data", async (poller) => {
  using _ = new Started();
  const { client, server } = tcpPair();
  const urgent = poller.wait(server, Readiness.urgent);
  succeed(send(client, bytesOf("a"), 1, 0));
  await poller.wait(server, Readiness.readable);
  assert(await isPending(urgent));
  succeed(send(client, bytesOf("!"), 1, MSG_OOB));
  await urgent;
  await poller.forget(server);
});

testBoth(
  ".wait() resolves for whatever is asked when all has ended",
  async (poller) => {
    using _ = new Started();
    const { client, server } = tcpPair();
    const waits = [
      poller.wait(server, Readiness.readable),
      poller.wait(server, Readiness.urgent),
    ];
    for (const s of [client, server]) succeed(shutdown(s, SD_BOTH));
    await Promise.all(waits);
    await poller.forget(server);
  },
);

testBoth(
  ".wait() resolves for all who wait, of many descriptors",
  async (poller) => {
    const events = Array.from({ length: 200 }, openEvent);
    const waits = events.flatMap(({ descriptor }) => [
      poller.wait(descriptor, Readiness.readable),
      poller.wait(descriptor, Readiness.readable),
    ]);
    for (const event of events) event.add();
    await Promise.all(waits);
    for (const event of events) {
      await poller.forget(event.descriptor);
      event.close();
    }
  },
);

testBoth(
  ".forget() resolves what waits, and the number may be used again",
  async (poller) => {
    for (let i = 0; i < 50; i++) {
      const event = openEvent();
      const wait = poller.wait(event.descriptor, Readiness.readable);
      await poller.forget(event.descriptor);
      event.close();
      await wait;
      const next = openEvent();
      const ready = poller.wait(next.descriptor, Readiness.readable);
      assert(await isPending(ready));
      next.add();
      await ready;
      await poller.forget(next.descriptor);
      next.close();
    }
  },
);

testBoth(
  ".forget() resolves once the wait of another descriptor has ended, too",
  async (poller) => {
    const [first, second] = [openEvent(), openEvent()];
    second.add();
    await poller.wait(second.descriptor, Readiness.readable);
    const wait = poller.wait(first.descriptor, Readiness.readable);
    const forgotten = poller.forget(first.descriptor);
    first.close();
    // Nobody waits for this one, and the sanitizer finds what still goes on.
    await poller.forget(second.descriptor);
    second.close();
    await Promise.all([wait, forgotten]);
  },
);

testBoth(
  ".nudge() resolves those who wait for a readiness, and no others",
  async (poller) => {
    const event = openEvent();
    event.add();
    const readable = poller.wait(event.descriptor, Readiness.readable);
    await readable;
    const urgent = poller.wait(event.descriptor, Readiness.urgent);
    await poller.nudge(event.descriptor);
    assert(await isPending(urgent));
    await poller.nudge(event.descriptor, Readiness.urgent);
    await urgent;
    // Nobody waits for it.
    await poller.nudge(event.descriptor);
    await poller.forget(event.descriptor);
    event.close();
  },
);
