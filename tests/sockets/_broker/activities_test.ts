import { assert, assertEquals } from "@std/assert";
import {
  claimSocket,
  heldSockets,
  transferSocket,
} from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import { SocketActivityTriggerReason } from "../../../sockets/broker/socket_activity_trigger_reason.ts";
import { newRecord, TestBroker } from "./_broker_process.ts";
import {
  close,
  connectTo,
  openDatagram,
  openListener,
  openStream,
  PASSING,
  readText,
  receive,
  send,
  sendDatagram,
  writeText,
} from "./_sockets.ts";
import { registerTestTask, TaskReports } from "./_task_reports.ts";

Deno.test("A task starts when data arrives, and answers", PASSING, async () => {
  await using _broker = await TestBroker.start();
  using reports = new TaskReports();
  const taskId = registerTestTask();
  const { descriptor, peer } = await openStream();
  const context = reports.context("answer");
  transferSocket(newRecord("a", { taskId, context }), [descriptor]);
  close(descriptor);
  await writeText(peer, "hello");
  using task = await reports.next();
  assertEquals(task.report, {
    reason: SocketActivityTriggerReason.socketActivity,
    id: "a",
    kind: SocketActivityKind.streamSocket,
    isOwnTask: true,
    name: "test task",
    pid: task.report.pid,
    application: "test",
    canRead: false,
  });
  assertEquals(await readText(peer), "HELLO");
  assertEquals(await readText(peer), null);
  assertEquals(heldSockets(), []);
  await task.ended();
  peer.close();
});

Deno.test(
  "A task starts again for a socket that it has given back",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("return");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    for (const text of ["one", "two", "three"]) {
      await writeText(peer, text);
      using task = await reports.next();
      assertEquals(await readText(peer), text.toUpperCase());
      await task.ended();
    }
    peer.close();
    using last = await reports.next();
    assertEquals(last.report.reason, SocketActivityTriggerReason.socketClosed);
    await last.ended();
  },
);

Deno.test(
  "A task starts for bytes that were read and not consumed",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("leave");
    const unread = Uint8Array.of(1);
    transferSocket(newRecord("a", { taskId, context, unread }), [descriptor]);
    close(descriptor);
    using task = await reports.next();
    assertEquals(
      task.report.reason,
      SocketActivityTriggerReason.socketActivity,
    );
    await task.ended();
    const claimed = claimSocket("a", SocketActivityKind.streamSocket);
    assertEquals(claimed.record.unread, unread);
    close(...claimed.descriptors);
    peer.close();
  },
);

Deno.test("A task starts when the peer closes or resets", PASSING, async () => {
  await using _broker = await TestBroker.start();
  using reports = new TaskReports();
  const taskId = registerTestTask();
  const context = reports.context("leave");
  for (const id of ["closed", "reset"]) {
    const { descriptor, peer } = await openStream();
    transferSocket(newRecord(id, { taskId, context }), [descriptor]);
    // Bytes that the peer has not read turn its FIN into an RST.
    if (id === "reset") send(descriptor, "not read");
    close(descriptor);
    peer.close();
    using task = await reports.next();
    assertEquals(task.report.reason, SocketActivityTriggerReason.socketClosed);
    assertEquals(task.report.id, id);
    await task.ended();
  }
});

Deno.test(
  "A task starts when the keep-alive time is over",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("leave");
    const keepAliveTime = 50;
    transferSocket(
      newRecord("a", { taskId, context, keepAliveTime }),
      [descriptor],
    );
    close(descriptor);
    using task = await reports.next();
    assertEquals(
      task.report.reason,
      SocketActivityTriggerReason.keepAliveTimerExpired,
    );
    await task.ended();
    peer.close();
  },
);

Deno.test("A task starts for a datagram", PASSING, async () => {
  await using _broker = await TestBroker.start();
  using reports = new TaskReports();
  const taskId = registerTestTask();
  const { descriptor, port } = openDatagram();
  const kind = SocketActivityKind.datagramSocket;
  const context = reports.context("leave");
  transferSocket(newRecord("a", { taskId, context, kind }), [descriptor]);
  close(descriptor);
  sendDatagram(port, "datagram");
  using task = await reports.next();
  assertEquals(task.report.reason, SocketActivityTriggerReason.socketActivity);
  await task.ended();
  const { descriptors: [claimed = -1] } = claimSocket("a", kind);
  assertEquals(receive(claimed), "datagram");
  close(claimed);
});

Deno.test(
  "A task starts for a connection, whichever descriptor it is for",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const kind = SocketActivityKind.streamSocketListener;
    const context = reports.context("leave");
    const listeners = [openListener(), openListener()];
    const descriptors = listeners.map(({ descriptor }) => descriptor);
    transferSocket(newRecord("a", { taskId, context, kind }), descriptors);
    close(...descriptors);
    const client = connectTo(1, listeners[1]?.port ?? 0);
    using task = await reports.next();
    assertEquals(
      task.report.reason,
      SocketActivityTriggerReason.connectionAccepted,
    );
    await task.ended();
    const claimed = claimSocket("a", kind);
    assertEquals(claimed.descriptors.length, 2);
    close(client, ...claimed.descriptors);
  },
);

Deno.test(
  "No task starts for a socket that is only held",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const { descriptor, peer } = await openStream();
    transferSocket(newRecord("held"), [descriptor]);
    close(descriptor);
    await writeText(peer, "kept");
    // One that is watched is activated after it, so that the other had its turn.
    const taskId = registerTestTask();
    const other = await openStream();
    const context = reports.context("answer");
    transferSocket(newRecord("a", { taskId, context }), [other.descriptor]);
    close(other.descriptor);
    await writeText(other.peer, "x");
    using task = await reports.next();
    await task.ended();
    assert(!broker.log.includes('"held"'));
    const claimed = claimSocket("held", SocketActivityKind.streamSocket);
    assertEquals(receive(claimed.descriptors[0] ?? -1), "kept");
    close(...claimed.descriptors);
    peer.close();
    other.peer.close();
  },
);
