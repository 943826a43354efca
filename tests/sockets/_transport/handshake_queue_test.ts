import { assert, assertEquals, assertRejects } from "@std/assert";
import { HandshakeQueue } from "../../../sockets/_transport/handshake_queue.ts";
import { isPending, outcome, turn } from "../streams/_fakes.ts";
import { FakeClock } from "../web_socket/_connection/_fake_clock.ts";

const PURE = { permissions: "none" } as const;
const MAX_HANDSHAKES = 128;

/** A handshake that the test ends. */
interface Handshake extends PromiseWithResolvers<string> {
  readonly name: string;
  readonly signal: AbortSignal;
}

/** Connections that tests give, whose handshakes they end. */
class Fixture {
  readonly handshakes: Handshake[] = [];
  readonly failures: unknown[] = [];
  readonly dropped: string[] = [];
  /** Whether handshakes take their time to end. */
  holdEnds = false;
  readonly #given: string[] = [];
  #waiter: PromiseWithResolvers<string> | null = null;
  readonly queue = new HandshakeQueue<string, string>({
    accept: () => this.#accept(),
    shakeHands: (name, signal) => {
      const handshake = { name, signal, ...Promise.withResolvers<string>() };
      const onAbort = (): void => {
        if (!this.holdEnds) handshake.reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
      this.handshakes.push(handshake);
      return handshake.promise;
    },
    drop: (name) => void this.dropped.push(name),
    gaveWay: (name, patience) =>
      new Error(`${name} gave way after ${patience}`),
    aborted: () => new Error("closed"),
    onFailure: (error) => void this.failures.push(error),
  });

  /** How many connections nobody has accepted. */
  get waiting(): number {
    return this.#given.length;
  }

  async give(...names: readonly string[]): Promise<void> {
    this.#given.push(...names);
    this.#serve();
    await turn();
  }

  fail(error: Error): void {
    this.#waiter?.reject(error);
    this.#waiter = null;
  }

  /** Ends the handshake of a connection well. */
  async finish(name: string): Promise<void> {
    this.handshakes.find((handshake) => handshake.name === name)?.resolve(name);
    await turn();
  }

  #accept(): Promise<string> {
    this.#waiter = Promise.withResolvers();
    const { promise } = this.#waiter;
    this.#serve();
    return promise;
  }

  #serve(): void {
    if (this.#waiter === null) return;
    const name = this.#given.shift();
    if (name === undefined) return;
    this.#waiter.resolve(name);
    this.#waiter = null;
  }
}

Deno.test(
  "HandshakeQueue.accept() accepts nothing before it is asked, and gives what is ready",
  PURE,
  async () => {
    const fixture = new Fixture();
    await fixture.give("a");
    assertEquals(fixture.waiting, 1);
    const accepted = fixture.queue.accept();
    await turn();
    assertEquals(fixture.handshakes.length, 1);
    assert(await isPending(accepted));
    await fixture.finish("a");
    assertEquals(await accepted, "a");
    fixture.queue.close();
  },
);

Deno.test(
  "HandshakeQueue.accept() gives who is ready first, whoever came first",
  PURE,
  async () => {
    const fixture = new Fixture();
    const first = fixture.queue.accept();
    await fixture.give("slow", "fast", "next");
    await fixture.finish("fast");
    assertEquals(await first, "fast");
    await fixture.finish("slow");
    await fixture.finish("next");
    assertEquals(await fixture.queue.accept(), "slow");
    assertEquals(await fixture.queue.accept(), "next");
    fixture.queue.close();
  },
);

Deno.test(
  "HandshakeQueue tells of a handshake that failed, and goes on",
  PURE,
  async () => {
    const fixture = new Fixture();
    const accepted = fixture.queue.accept();
    await fixture.give("bad", "good");
    const error = new Error("bad certificate");
    fixture.handshakes[0]?.reject(error);
    await fixture.finish("good");
    assertEquals(await accepted, "good");
    assertEquals(fixture.failures, [error]);
    fixture.queue.close();
  },
);

Deno.test(
  "HandshakeQueue.accept() rejects when no connection can be accepted",
  PURE,
  async () => {
    const fixture = new Fixture();
    const accepted = fixture.queue.accept();
    await turn();
    fixture.fail(new Error("too many open files"));
    await assertRejects(() => accepted, Error, "too many open files");
    const again = fixture.queue.accept();
    await fixture.give("a");
    await fixture.finish("a");
    assertEquals(await again, "a");
    fixture.queue.close();
  },
);

Deno.test(
  "HandshakeQueue.close() ends handshakes silently, drops who is ready, and rejects who waits",
  PURE,
  async () => {
    const fixture = new Fixture();
    const first = fixture.queue.accept();
    await fixture.give("a", "b", "c");
    for (const name of ["a", "b"]) await fixture.finish(name);
    assertEquals(await first, "a");
    fixture.queue.close();
    assertEquals(fixture.dropped, ["b"]);
    assert(fixture.handshakes[2]?.signal.aborted);
    await turn();
    assertEquals(fixture.failures, []);
  },
);

Deno.test(
  "HandshakeQueue.close() rejects who waits, and drops what becomes ready later",
  PURE,
  async () => {
    const fixture = new Fixture();
    const accepted = outcome(fixture.queue.accept());
    await fixture.give("a");
    const [handshake] = fixture.handshakes;
    // It does not listen to its signal any more.
    handshake?.resolve("a");
    fixture.queue.close();
    const error = await accepted;
    assert(error instanceof Error && error.message === "closed");
    await turn();
    assertEquals(fixture.dropped, ["a"]);
  },
);

Deno.test(
  "HandshakeQueue ends at once the handshake of who came while it was closed",
  PURE,
  async () => {
    const fixture = new Fixture();
    const accepted = outcome(fixture.queue.accept());
    await turn();
    fixture.queue.close();
    await accepted;
    await fixture.give("late");
    assert(fixture.handshakes[0]?.signal.aborted);
    assertEquals(fixture.failures, []);
  },
);

Deno.test(
  "HandshakeQueue has 128 handshakes at once, and one more when one has ended",
  PURE,
  async () => {
    using _clock = new FakeClock();
    const fixture = new Fixture();
    const accepted = fixture.queue.accept();
    const names = Array.from({ length: MAX_HANDSHAKES + 5 }, (_, i) => `${i}`);
    await fixture.give(...names);
    assertEquals(fixture.handshakes.length, MAX_HANDSHAKES);
    fixture.handshakes[7]?.reject(new Error("failed"));
    await turn();
    assertEquals(fixture.handshakes.length, MAX_HANDSHAKES + 1);
    const waiting = outcome(accepted);
    fixture.queue.close();
    await waiting;
    await turn();
  },
);

Deno.test(
  "HandshakeQueue.accept() goes on with the connection that was waited for already",
  PURE,
  async () => {
    const fixture = new Fixture();
    const first = fixture.queue.accept();
    await fixture.give("a");
    await fixture.finish("a");
    assertEquals(await first, "a");
    const second = fixture.queue.accept();
    await fixture.give("b");
    await fixture.finish("b");
    assertEquals(await second, "b");
    fixture.queue.close();
  },
);

Deno.test(
  "HandshakeQueue ends at once the handshake of who came when it was full and closed",
  PURE,
  async () => {
    using clock = new FakeClock();
    const fixture = new Fixture();
    const accepted = outcome(fixture.queue.accept());
    const names = Array.from({ length: MAX_HANDSHAKES }, (_, i) => `${i}`);
    await fixture.give(...names);
    fixture.holdEnds = true;
    fixture.queue.close();
    await accepted;
    await fixture.give("late");
    assert(fixture.handshakes.at(-1)?.signal.aborted);
    assertEquals(clock.timerCount, 0);
  },
);

Deno.test(
  "HandshakeQueue ends the oldest handshake after 2 seconds while others wait",
  PURE,
  async () => {
    using clock = new FakeClock();
    const fixture = new Fixture();
    const accepted = outcome(fixture.queue.accept());
    await fixture.give("oldest");
    clock.pass(500);
    const names = Array.from({ length: MAX_HANDSHAKES }, (_, i) => `${i}`);
    await fixture.give(...names);
    clock.pass(1499);
    await turn();
    assertEquals(fixture.failures, []);
    clock.pass(1);
    await turn();
    assertEquals(fixture.failures.map(String), [
      "Error: oldest gave way after 2000",
    ]);
    assertEquals(fixture.handshakes.length, MAX_HANDSHAKES + 1);
    fixture.queue.close();
    await accepted;
    assertEquals(clock.timerCount, 0);
  },
);

Deno.test(
  "HandshakeQueue lets handshakes take their time while nobody waits",
  PURE,
  async () => {
    using clock = new FakeClock();
    const fixture = new Fixture();
    const accepted = fixture.queue.accept();
    await fixture.give("slow");
    clock.pass(60_000);
    await turn();
    await fixture.finish("slow");
    assertEquals(await accepted, "slow");
    assertEquals(fixture.failures, []);
    fixture.queue.close();
  },
);
