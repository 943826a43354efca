import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  claimSocket,
  heldSockets,
  registeredTasks,
  registerTask,
  transferSocket,
  unregisterTask,
} from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import { newRecord, newStateDirectory, TestBroker } from "./_broker_process.ts";
import { close, openStream, PASSING, readText, writeText } from "./_sockets.ts";
import { registerTestTask, TaskReports } from "./_task_reports.ts";

Deno.test(
  "unregisterTask() ends the watching, and the process that runs",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const streams = [await openStream(), await openStream()];
    for (const [i, { descriptor }] of streams.entries()) {
      const context = reports.context("hang");
      transferSocket(newRecord(`${i}`, { taskId, context }), [descriptor]);
      close(descriptor);
    }
    const [first, second] = streams;
    assert(first !== undefined && second !== undefined);
    await writeText(first.peer, "x");
    using task = await reports.next();
    unregisterTask(taskId, true);
    await task.ended();
    await broker.logged(/has failed with SIGKILL/);
    // Neither is watched any more, and both are kept.
    await writeText(second.peer, "x");
    assertEquals(heldSockets().map(({ id }) => id), ["0", "1"]);
    assertEquals(registeredTasks(), []);
    assertEquals(broker.log.match(/has started/g)?.length, 1);
    for (const { peer } of streams) peer.close();
  },
);

Deno.test(
  "A broker runs so many tasks at once, and the others after them",
  PASSING,
  async () => {
    await using broker = await TestBroker.start(["--max-tasks=2"]);
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const context = reports.context("hang");
    const peers: Deno.Conn[] = [];
    for (let i = 0; i < 4; i++) {
      const { descriptor, peer } = await openStream();
      transferSocket(newRecord(`${i}`, { taskId, context }), [descriptor]);
      close(descriptor);
      peers.push(peer);
    }
    for (const peer of peers) await writeText(peer, "x");
    const running = [await reports.next(), await reports.next()];
    // One that was taken meanwhile has no need of a task.
    close(...claimSocket("2", SocketActivityKind.streamSocket).descriptors);
    assertEquals(broker.log.match(/has started/g)?.length, 2);
    running.pop()?.[Symbol.dispose]();
    using last = await reports.next();
    assertEquals(last.report.id, "3");
    assertEquals(broker.log.match(/has started/g)?.length, 3);
    running.pop()?.[Symbol.dispose]();
    await broker.logged(/(is done[^]*){2}/);
    for (const peer of peers) peer.close();
  },
);

Deno.test("A broker ends a task that runs too long", PASSING, async () => {
  await using broker = await TestBroker.start(["--task-time=1"]);
  using reports = new TaskReports();
  const taskId = registerTestTask();
  const { descriptor, peer } = await openStream();
  const context = reports.context("hold");
  transferSocket(newRecord("a", { taskId, context }), [descriptor]);
  close(descriptor);
  await writeText(peer, "x");
  using task = await reports.next();
  await task.claimed();
  await task.ended();
  await broker.logged(
    /has run too long, and is ended[^]*has failed with SIGKILL/,
  );
  await readText(peer).catch((error) =>
    assertInstanceOf(error, Deno.errors.ConnectionReset)
  );
  peer.close();
});

Deno.test(
  "A task whose module is missing fails, and the log tells why",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const taskId = crypto.randomUUID();
    registerTask({
      taskId,
      name: "missing",
      entryPoint: new URL("./missing_task.ts", import.meta.url).href,
      runner: "file:///missing.ts",
      flags: [],
    });
    const { descriptor, peer } = await openStream();
    transferSocket(newRecord("a", { taskId }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    await broker.logged(/missing_task\.ts[^]*has failed with 1/);
    assertEquals(heldSockets().length, 1);
    peer.close();
  },
);

Deno.test(
  "A task whose folder is missing cannot be started",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const taskId = crypto.randomUUID();
    registerTask({
      taskId,
      name: "missing",
      entryPoint: `file://${newStateDirectory()}/task.ts`,
      runner: "file:///missing.ts",
      flags: [],
    });
    const { descriptor, peer } = await openStream();
    transferSocket(newRecord("a", { taskId }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    await broker.logged(/the task "missing" could not be started/);
    peer.close();
  },
);

Deno.test(
  "A task that is unregistered may end by itself",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("cancel");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    using task = await reports.next();
    unregisterTask(taskId, true);
    await task.canceled();
    await task.ended();
    await broker.logged(/is done/);
    peer.close();
  },
);

Deno.test("A broker that ends asks its tasks to end", PASSING, async () => {
  using reports = new TaskReports();
  const { descriptor, peer } = await openStream();
  let task;
  {
    await using _broker = await TestBroker.start();
    const taskId = registerTestTask();
    const context = reports.context("cancel");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    task = await reports.next();
  }
  using _task = task;
  await task.canceled();
  await task.ended();
  assertEquals(await readText(peer).catch(() => null), null);
  peer.close();
});
