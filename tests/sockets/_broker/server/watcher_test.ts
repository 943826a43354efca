import { assert, assertEquals } from "@std/assert";
import { KEPT } from "../../../../sockets/_broker/server/activation.ts";
import type { Entry } from "../../../../sockets/_broker/server/held_sockets.ts";
import {
  PollingWatcher,
  readableReason,
} from "../../../../sockets/_broker/server/watcher.ts";
import { SocketActivityKind } from "../../../../sockets/broker/socket_activity_kind.ts";
import { SocketActivityTriggerReason } from "../../../../sockets/broker/socket_activity_trigger_reason.ts";
import { sharedPoller } from "../../../../sockets/winsock/_poller.ts";
import {
  close,
  native,
  openDatagram,
  PASSING,
  sendDatagram,
} from "../_sockets.ts";

const FFI = { permissions: { ffi: true }, ignore: PASSING.ignore === true };

/** A socket that is watched for at most so many milliseconds. */
function newEntry(
  descriptors: readonly number[],
  time: number = Infinity,
): Entry {
  return {
    application: "a",
    record: {
      id: "1",
      kind: SocketActivityKind.datagramSocket,
      taskId: "t",
      context: null,
      keepAliveTime: 0,
      unread: new Uint8Array(),
      details: "",
    },
    descriptors,
    watch: KEPT,
    isMoving: false,
    deadline: performance.now() + time,
  };
}

/** Watches a socket until something happens to it. */
function next(
  watcher: PollingWatcher,
  entry: Entry,
): Promise<SocketActivityTriggerReason> {
  return new Promise((resolve) => watcher.watch(entry, resolve));
}

Deno.test("readableReason() tells a connection, data, and an end apart", {
  permissions: "none",
}, () => {
  const { streamSocketListener, datagramSocket, streamSocket } =
    SocketActivityKind;
  const { connectionAccepted, socketActivity, socketClosed } =
    SocketActivityTriggerReason;
  const never = (): never => {
    throw new Error("There is nothing to count");
  };
  assertEquals(readableReason(streamSocketListener, never), connectionAccepted);
  assertEquals(readableReason(datagramSocket, never), socketActivity);
  assertEquals(readableReason(streamSocket, () => 1), socketActivity);
  assertEquals(readableReason(streamSocket, () => 0), socketClosed);
});

Deno.test(
  "PollingWatcher.watch() tells once, of the first descriptor",
  FFI,
  async () => {
    const poller = sharedPoller(native());
    const watcher = new PollingWatcher(native(), poller);
    const sockets = [openDatagram(), openDatagram()];
    const entry = newEntry(sockets.map(({ descriptor }) => descriptor));
    let count = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    watcher.watch(entry, () => {
      count++;
      resolve();
    });
    for (const { port } of sockets) sendDatagram(port, "x");
    await promise;
    await Promise.all(entry.descriptors.map((one) => poller.forget(one)));
    assertEquals(count, 1);
    close(...entry.descriptors);
  },
);

Deno.test(
  "PollingWatcher.watch() tells of the end of the time",
  FFI,
  async () => {
    const poller = sharedPoller(native());
    const watcher = new PollingWatcher(native(), poller);
    const { descriptor } = openDatagram();
    for (const time of [5, 0, -5]) {
      assertEquals(
        await next(watcher, newEntry([descriptor], time)),
        SocketActivityTriggerReason.keepAliveTimerExpired,
      );
    }
    await poller.forget(descriptor);
    close(descriptor);
  },
);

Deno.test(
  "PollingWatcher.watch() waits longer than one timer can",
  FFI,
  async () => {
    const poller = sharedPoller(native());
    const watcher = new PollingWatcher(native(), poller);
    const { descriptor, port } = openDatagram();
    const reason = next(watcher, newEntry([descriptor], 2 ** 33));
    sendDatagram(port, "x");
    assertEquals(await reason, SocketActivityTriggerReason.socketActivity);
    await poller.forget(descriptor);
    close(descriptor);
  },
);

Deno.test(
  "PollingWatcher.unwatch() ends it, also for what is watched again",
  FFI,
  async () => {
    const poller = sharedPoller(native());
    const watcher = new PollingWatcher(native(), poller);
    const { descriptor, port } = openDatagram();
    const entry = newEntry([descriptor], 1_000_000);
    watcher.watch(entry, () => assert(false, "It is not watched any more"));
    watcher.unwatch(entry);
    watcher.unwatch(entry);
    const reason = next(watcher, entry);
    sendDatagram(port, "x");
    assertEquals(await reason, SocketActivityTriggerReason.socketActivity);
    await poller.forget(descriptor);
    close(descriptor);
  },
);
