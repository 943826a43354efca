import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SocketError, SocketErrorStatus } from "../../../mod.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { Poller, Readiness } from "../../../sockets/winsock/_poller.ts";
import { isPending } from "../streams/_fakes.ts";
import { openEvent } from "./_event.ts";

const ignore = libc === null;
function newPoller(): Poller {
  assert(libc !== null);
  return new Poller(libc);
}

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

Deno.test({
  name: "Poller.forget() forgives a descriptor that was closed before",
  ignore,
  async fn() {
    const poller = newPoller();
    const event = openEvent();
    const wait = poller.wait(event.descriptor, Readiness.readable);
    event.close();
    await poller.forget(event.descriptor);
    await wait;
  },
});
