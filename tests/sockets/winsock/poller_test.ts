import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SocketError, SocketErrorStatus } from "../../../mod.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { Poller, Readiness } from "../../../sockets/winsock/_poller.ts";
import { isPending } from "../streams/_fakes.ts";

const ignore = libc === null;
/** Linux, `sys/eventfd.h`: EFD_NONBLOCK | EFD_CLOEXEC. */
const EVENTFD_FLAGS = 0x80800;
const ONE = new Uint8Array(BigUint64Array.of(1n).buffer);

/** A descriptor that is readable once something was added to it. */
function openEvent(): { descriptor: number; add(): void; close(): void } {
  assert(libc !== null);
  const { call } = libc;
  const descriptor = call.eventfd(0, EVENTFD_FLAGS);
  return {
    descriptor,
    add: () => void call.write(descriptor, ONE, 8n),
    close: () => void call.close(descriptor),
  };
}

function newPoller(): Poller {
  assert(libc !== null);
  return new Poller(libc);
}

Deno.test({
  name: "Poller.wait() resolves when a descriptor is ready, for each readiness",
  ignore,
  async fn() {
    const poller = newPoller();
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
});

Deno.test({
  name: "Poller.wait() resolves for all who wait, of many descriptors",
  ignore,
  async fn() {
    const poller = newPoller();
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
});

Deno.test({
  name:
    "Poller.forget() resolves what waits, and a new descriptor may have the number",
  ignore,
  async fn() {
    const poller = newPoller();
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
});

Deno.test({
  name:
    "Poller.forget() resolves once the wait of another descriptor has ended, too",
  ignore,
  async fn() {
    const poller = newPoller();
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
});

Deno.test({
  name: "Poller.nudge() ends the wait in the thread if it was the last",
  ignore,
  async fn() {
    const poller = newPoller();
    const [nudged, idle] = [openEvent(), openEvent()];
    const wait = poller.wait(nudged.descriptor, Readiness.readable);
    poller.nudge(nudged.descriptor);
    await wait;
    // One that never waited wakes nobody, so that the nudge has to.
    await poller.forget(idle.descriptor);
    nudged.close();
    idle.close();
  },
});

Deno.test({
  name: "Poller.nudge() resolves what waits to read, and the next wait waits",
  ignore,
  async fn() {
    const poller = newPoller();
    const event = openEvent();
    const wait = poller.wait(event.descriptor, Readiness.readable);
    poller.nudge(event.descriptor);
    await wait;
    const next = poller.wait(event.descriptor, Readiness.readable);
    assert(await isPending(next));
    event.add();
    await next;
    await poller.forget(event.descriptor);
    event.close();
  },
});

Deno.test({
  name: "Poller closes what it has opened when it cannot be made",
  ignore,
  fn() {
    assert(libc !== null);
    const { call } = libc;
    const opened: number[] = [];
    const closed: number[] = [];
    const failing = {
      ...libc,
      call: {
        ...call,
        epoll_create1(flags: number): number {
          const descriptor = call.epoll_create1(flags);
          opened.push(descriptor);
          return descriptor;
        },
        eventfd: () => -1,
        close(descriptor: number): number {
          closed.push(descriptor);
          return call.close(descriptor);
        },
      },
      // Linux, `asm-generic/errno-base.h`: EMFILE.
      errno: () => 24,
    };
    const error = assertThrows(() => new Poller(failing), SocketError);
    assertEquals(error.status, SocketErrorStatus.tooManyOpenFiles);
    assertEquals(opened.length, 1);
    assertEquals(closed, opened);
  },
});

Deno.test({
  name: "Poller.wait() that the system refuses rejects, and the next one waits",
  ignore,
  async fn() {
    assert(libc !== null);
    const { call } = libc;
    let refuses = false;
    const poller = new Poller({
      ...libc,
      call: {
        ...call,
        epoll_ctl: (...args) => refuses ? -1 : call.epoll_ctl(...args),
      },
      // Linux, `asm-generic/errno-base.h`: ENOMEM.
      errno: () => 12,
    });
    const event = openEvent();
    refuses = true;
    await assertRejects(
      () => poller.wait(event.descriptor, Readiness.readable),
      SocketError,
    );
    refuses = false;
    event.add();
    await poller.wait(event.descriptor, Readiness.readable);
    // Of two who wait, one is told; the other has to wait on, and cannot.
    const writable = poller.wait(event.descriptor, Readiness.writable);
    const readable = poller.wait(event.descriptor, Readiness.readable);
    refuses = true;
    await Promise.all([writable, readable]);
    refuses = false;
    await poller.forget(event.descriptor);
    event.close();
  },
});

Deno.test({
  name: "Poller keeps the process alive while somebody waits, and no longer",
  ignore,
  permissions: { read: true, run: true },
  async fn() {
    const program = new URL("_one_message.ts", import.meta.url).href;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-ffi"],
        ...["--allow-net=127.0.0.1", program],
      ],
    }).output();
    assertEquals(code, 0);
    assertEquals(new TextDecoder().decode(stdout), "7\n");
  },
});
