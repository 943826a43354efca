import { assertEquals, assertRejects } from "@std/assert";
import { HResult } from "../../../errors/hresult.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import type { ListenerTransport } from "../../../sockets/_transport/listener_transport.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { Acceptor } from "../../../sockets/stream_socket/_acceptor.ts";

/** A listener whose accepts fail, one after the other, and then hang. */
class FailingListener implements ListenerTransport {
  readonly handover = null;
  readonly localAddress = { hostname: "127.0.0.1", port: 1 };
  readonly #failures: SocketError[];
  readonly #closed = Promise.withResolvers<StreamTransport>();
  readonly #hangs = Promise.withResolvers<void>();
  /** Resolves when an accept hangs. */
  readonly hangs: Promise<void> = this.#hangs.promise;

  constructor(hresults: readonly number[]) {
    this.#failures = hresults.map((hresult) =>
      new SocketError("Cannot accept", hresult)
    );
  }

  accept(): Promise<StreamTransport> {
    const failure = this.#failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    this.#hangs.resolve();
    return this.#closed.promise;
  }

  close(): void {
    // Perhaps nobody accepts at the moment.
    this.#closed.promise.catch(() => {});
    this.#closed.reject(
      new SocketError("Cannot accept", HResult.ERROR_OPERATION_ABORTED),
    );
  }
}

/** Whether a promise resolves before any timer does. */
async function resolvesAtOnce(promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  promise.then(() => resolved = true);
  for (let i = 0; i < 100; i++) await Promise.resolve();
  return resolved;
}

Deno.test("Acceptor.next() goes on at once after failures of single connections", async () => {
  const hresults = [
    HResult.WSAECONNABORTED,
    HResult.WSAECONNRESET,
    HResult.WSAENOTCONN,
    HResult.WSAEHOSTUNREACH,
  ];
  const listener = new FailingListener(hresults);
  const errors: unknown[] = [];
  const acceptor = new Acceptor(listener, (error) => errors.push(error));
  const next = acceptor.next();
  assertEquals(await resolvesAtOnce(listener.hangs), true);
  assertEquals(errors.length, hresults.length);
  acceptor.close();
  assertEquals(await next, null);
});

Deno.test("Acceptor.next() waits out of descriptors, and then goes on", async () => {
  const listener = new FailingListener([HResult.WSAEMFILE]);
  const errors: unknown[] = [];
  const acceptor = new Acceptor(listener, (error) => errors.push(error));
  const next = acceptor.next();
  assertEquals(await resolvesAtOnce(listener.hangs), false);
  assertEquals(errors.length, 1);
  await listener.hangs;
  acceptor.close();
  assertEquals(await next, null);
});

Deno.test("Acceptor.close() ends the wait out of descriptors", async () => {
  // The timer would show as a leak.
  const listener = new FailingListener([HResult.WSAEMFILE]);
  const acceptor = new Acceptor(listener, () => {});
  const next = acceptor.next();
  assertEquals(await resolvesAtOnce(listener.hangs), false);
  acceptor.close();
  assertEquals(await next, null);
});

/** A listener that accepts when it is told to. */
class ManualListener {
  readonly #accepts: PromiseWithResolvers<Resettable>[] = [];

  accept(): Promise<Resettable> {
    const accept = Promise.withResolvers<Resettable>();
    this.#accepts.push(accept);
    return accept.promise;
  }

  give(accepted: Resettable): void {
    this.#accepts.shift()?.resolve(accepted);
  }

  close(): void {
    for (const accept of this.#accepts.splice(0)) {
      accept.reject(new SocketError("Closed", HResult.ERROR_OPERATION_ABORTED));
    }
  }
}

/** Something accepted that notes whether it was reset. */
class Resettable {
  isReset = false;

  reset(): void {
    this.isReset = true;
  }
}

Deno.test("Acceptor.retire() hands out what was accepted already, and then ends", async () => {
  const listener = new ManualListener();
  const acceptor = new Acceptor(listener, () => {});
  const waiting = [acceptor.next(), acceptor.next()];
  const accepted = new Resettable();
  listener.give(accepted);
  acceptor.retire();
  listener.close();
  assertEquals(await waiting[0], accepted);
  await Promise.resolve();
  listener.close();
  assertEquals(await waiting[1], null);
  assertEquals(await acceptor.next(), null);
  assertEquals(accepted.isReset, false);
});

Deno.test("Acceptor.retire() keeps for later what nobody waits for, and resets nothing", async () => {
  const listener = new ManualListener();
  const acceptor = new Acceptor(listener, () => {});
  const waiting = acceptor.next();
  acceptor.cancelPending(new Error("cancelled"));
  await assertRejects(() => waiting, Error, "cancelled");
  const accepted = new Resettable();
  listener.give(accepted);
  acceptor.retire();
  await Promise.resolve();
  listener.close();
  await Promise.resolve();
  listener.close();
  assertEquals(await acceptor.next(), accepted);
  assertEquals(await acceptor.next(), null);
  assertEquals(accepted.isReset, false);
});
