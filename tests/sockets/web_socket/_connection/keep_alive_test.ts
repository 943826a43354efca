import { assertEquals } from "@std/assert";
import { KeepAlive } from "../../../../sockets/web_socket/_connection/keep_alive.ts";
import { FakeClock } from "./_fake_clock.ts";

const PURE = { permissions: "none" } as const;

interface Fixture {
  readonly keepAlive: KeepAlive;
  /** What it has done. */
  readonly log: string[];
  /** Whether what the peer sends would be heard. */
  isListening: boolean;
  /** Whether the peer takes what waits. */
  hasProgress: boolean;
}

function start(idleTimeout: number, pongInterval = 0): Fixture {
  const log: string[] = [];
  const fixture: Fixture = {
    log,
    isListening: true,
    hasProgress: false,
    keepAlive: new KeepAlive({
      idleTimeout,
      pongInterval,
      isListening: () => fixture.isListening,
      hasProgress: () => fixture.hasProgress,
      ask: () => void log.push("ask"),
      tell: () => void log.push("tell"),
      onDead: () => void log.push("dead"),
    }),
  };
  return fixture;
}

Deno.test(
  "KeepAlive asks a silent peer after half of the time, once, and gives up after all of it",
  PURE,
  () => {
    using clock = new FakeClock();
    const { log } = start(1000);
    clock.pass(499);
    assertEquals(log, []);
    clock.pass(1);
    assertEquals(log, ["ask"]);
    clock.pass(499);
    assertEquals(log, ["ask"]);
    clock.pass(1);
    assertEquals(log, ["ask", "dead"]);
    assertEquals(clock.timerCount, 0);
  },
);

Deno.test(
  "KeepAlive does not count the time in which the peer takes what waits",
  PURE,
  () => {
    using clock = new FakeClock();
    const fixture = start(1000);
    fixture.hasProgress = true;
    clock.pass(5_000);
    assertEquals(fixture.log, []);
    fixture.hasProgress = false;
    clock.pass(1_000);
    assertEquals(fixture.log, ["ask", "dead"]);
  },
);

Deno.test("KeepAlive counts from what came last", PURE, () => {
  using clock = new FakeClock();
  const { keepAlive, log } = start(1000);
  clock.pass(400);
  keepAlive.onHeard();
  clock.pass(499);
  assertEquals(log, []);
  clock.pass(1);
  assertEquals(log, ["ask"]);
  clock.pass(300);
  keepAlive.onHeard();
  clock.pass(499);
  assertEquals(log, ["ask"]);
  clock.pass(1);
  assertEquals(log, ["ask", "ask"]);
  clock.pass(500);
  assertEquals(log, ["ask", "ask", "dead"]);
});

Deno.test("KeepAlive does not ask a peer that sends", PURE, () => {
  using clock = new FakeClock();
  const { keepAlive, log } = start(1000);
  for (let i = 0; i < 20; i++) {
    clock.pass(300);
    keepAlive.onHeard();
  }
  assertEquals(log, []);
  keepAlive.stop();
  assertEquals(clock.timerCount, 0);
});

Deno.test(
  "KeepAlive does not count time in which nothing is read",
  PURE,
  () => {
    using clock = new FakeClock();
    const fixture = start(1000);
    fixture.isListening = false;
    clock.pass(10_000);
    assertEquals(fixture.log, []);
    fixture.isListening = true;
    clock.pass(999);
    assertEquals(fixture.log, ["ask"]);
    clock.pass(1);
    assertEquals(fixture.log, ["ask", "dead"]);
  },
);

Deno.test(
  "KeepAlive gives a peer that was asked the time to answer, even if it was asked late",
  PURE,
  () => {
    using clock = new FakeClock();
    const { keepAlive, log } = start(1000);
    clock.block(5000);
    clock.pass(0);
    assertEquals(log, ["ask"]);
    clock.pass(499);
    assertEquals(log, ["ask"]);
    keepAlive.onHeard();
    clock.pass(500);
    assertEquals(log, ["ask", "ask"]);
    clock.pass(500);
    assertEquals(log, ["ask", "ask", "dead"]);
  },
);

Deno.test(
  "KeepAlive waits for all of the time where a timer runs out before it",
  PURE,
  () => {
    using clock = new FakeClock();
    const { keepAlive, log } = start(9);
    clock.block(0.3);
    keepAlive.onHeard();
    // Half of it is no whole millisecond, which timers have.
    clock.pass(8.8);
    assertEquals(log, ["ask"]);
    clock.pass(0.9);
    assertEquals(log, ["ask", "dead"]);
  },
);

Deno.test("KeepAlive.stop() ends everything", PURE, () => {
  using clock = new FakeClock();
  const { keepAlive, log } = start(1000, 100);
  clock.pass(150);
  keepAlive.stop();
  clock.pass(5000);
  assertEquals(log, ["tell"]);
  assertEquals(clock.timerCount, 0);
});

Deno.test("KeepAlive tells the peer something in each interval", PURE, () => {
  using clock = new FakeClock();
  const { keepAlive, log } = start(0, 100);
  clock.pass(350);
  assertEquals(log, ["tell", "tell", "tell"]);
  keepAlive.stop();
  assertEquals(clock.timerCount, 0);
});

Deno.test(
  "KeepAlive does nothing without a timeout and an interval",
  PURE,
  () => {
    using clock = new FakeClock();
    const { keepAlive, log } = start(0);
    keepAlive.onHeard();
    clock.pass(1e9);
    keepAlive.stop();
    assertEquals(log, []);
    assertEquals(clock.timerCount, 0);
  },
);
