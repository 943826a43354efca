import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { firstConnected } from "../../../sockets/_transport/first_connected.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";

/** A transport that only tells whether it was closed. */
class ClosableTransport implements StreamTransport {
  readonly handover = null;
  readonly localAddress = { hostname: "127.0.0.1", port: 1 };
  readonly remoteAddress = { hostname: "127.0.0.1", port: 2 };
  readonly canWriteNow = false;
  closed = false;
  read = (): Promise<null> => Promise.resolve(null);
  write = (bytes: Uint8Array): Promise<number> => Promise.resolve(bytes.length);
  explainRead = (error: unknown): unknown => error;
  explainWrite = (error: unknown): unknown => error;
  confirmEnd = (): Promise<void> => Promise.resolve();
  writeNow = (): number => 0;
  closeWrite = (): Promise<void> => Promise.resolve();
  setOptions(): void {}
  close(): void {
    this.closed = true;
  }
  closeGracefully(): void {
    this.closed = true;
  }
  reset(): void {
    this.closed = true;
  }
}

/** An attempt that the test settles. */
class Attempt {
  readonly #result = Promise.withResolvers<StreamTransport>();
  readonly #started = Promise.withResolvers<AbortSignal>();
  readonly started: Promise<AbortSignal> = this.#started.promise;
  readonly transport = new ClosableTransport();
  hasStarted = false;
  readonly start = (signal: AbortSignal): Promise<StreamTransport> => {
    this.hasStarted = true;
    this.#started.resolve(signal);
    return this.#result.promise;
  };
  succeed(): void {
    this.#result.resolve(this.transport);
  }
  fail(error: Error): void {
    this.#result.reject(error);
  }
}

Deno.test("firstConnected() takes the first attempt and starts no other", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  one.succeed();
  const attempts = [one.start, two.start];
  const transport = await firstConnected(attempts, { delay: 1000 });
  assertStrictEquals(transport, one.transport);
  assertEquals(two.hasStarted, false);
});

Deno.test("firstConnected() starts the next attempt at once when one fails", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  one.fail(new Error("one"));
  two.succeed();
  const attempts = [one.start, two.start];
  const transport = await firstConnected(attempts, { delay: 1e6 });
  assertStrictEquals(transport, two.transport);
});

Deno.test("firstConnected() starts the next attempt beside one that is late", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  const attempts = [one.start, two.start];
  const connected = firstConnected(attempts, { delay: 1 });
  await two.started;
  two.succeed();
  assertStrictEquals(await connected, two.transport);
  assertEquals((await one.started).aborted, true);
});

Deno.test("firstConnected() closes an attempt that succeeds too late", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  const attempts = [one.start, two.start];
  const connected = firstConnected(attempts, { delay: 1 });
  await two.started;
  two.succeed();
  await connected;
  one.succeed();
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(one.transport.closed, true);
});

Deno.test("firstConnected() waits for one attempt after the other with no end of delay", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  const attempts = [one.start, two.start];
  const connected = firstConnected(attempts, { delay: Infinity });
  await one.started;
  assertEquals(two.hasStarted, false);
  one.fail(new Error("one"));
  await two.started;
  two.succeed();
  assertStrictEquals(await connected, two.transport);
});

Deno.test("firstConnected() rejects with the failure of the best address when all fail", async () => {
  const [one, two] = [new Attempt(), new Attempt()];
  const attempts = [one.start, two.start];
  const connected = firstConnected(attempts, { delay: 1 });
  await two.started;
  one.fail(new Error("one"));
  two.fail(new Error("two"));
  await assertRejects(() => connected, Error, "one");
});

Deno.test("firstConnected() rejects with the reason of its signal", async () => {
  const abort = new AbortController();
  const attempt = (signal: AbortSignal): Promise<StreamTransport> =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  const connected = firstConnected([attempt, attempt], {
    delay: Infinity,
    signal: abort.signal,
  });
  abort.abort(new Error("enough"));
  await assertRejects(() => connected, Error, "enough");
});
