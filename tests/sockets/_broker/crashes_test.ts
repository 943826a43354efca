import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidOperationError } from "../../../mod.ts";
import {
  claimSocket,
  heldSockets,
  registeredTasks,
  transferSocket,
} from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import { newRecord, newStateDirectory, TestBroker } from "./_broker_process.ts";
import {
  close,
  openStream,
  PASSING,
  readText,
  receive,
  send,
  writeText,
} from "./_sockets.ts";
import { registerTestTask, TaskReports } from "./_task_reports.ts";

const KIND = SocketActivityKind.streamSocket;

/** Runs a program up to the reply of the broker, and kills it there. */
async function killAfterReply(...args: readonly string[]): Promise<void> {
  const app = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-ffi",
      new URL("./_app.ts", import.meta.url).href,
      ...args,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = app.stdout.getReader();
  const { value } = await reader.read();
  assert(new TextDecoder().decode(value).startsWith('{"ok":true'));
  app.kill("SIGKILL");
  await reader.cancel();
  await app.stdin.abort();
  await app.status;
}

Deno.test(
  "A broker that crashes closes its sockets, and the next one knows the tasks",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    const { descriptor, peer } = await openStream();
    let taskId = "";
    {
      await using broker = await TestBroker.start([], directory, true);
      taskId = registerTestTask("kept");
      transferSocket(newRecord("a", { taskId }), [descriptor]);
      close(descriptor);
      const read = readText(peer);
      await broker.crash();
      assertEquals(await read, null);
      assertEquals(heldSockets(), []);
      assertThrows(
        () => claimSocket("a", KIND),
        InvalidOperationError,
        'Cannot take the socket "a": the broker holds no such socket',
      );
    }
    peer.close();
    await using _next = await TestBroker.start([], directory);
    assertEquals(registeredTasks().map(({ name }) => name), ["kept"]);
    assertEquals(registeredTasks()[0]?.taskId, taskId);
    assertEquals(heldSockets(), []);
  },
);

Deno.test(
  "A task that is killed before it has its socket is tried again",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("hang");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await writeText(peer, "still there");
    using first = await reports.next();
    Deno.kill(first.report.pid, "SIGKILL");
    await first.ended();
    using second = await reports.next();
    assertEquals(second.report.reason, first.report.reason);
    const claimed = claimSocket("a", KIND);
    assertEquals(receive(claimed.descriptors[0] ?? -1), "still there");
    close(...claimed.descriptors);
    Deno.kill(second.report.pid, "SIGKILL");
    await second.ended();
    await broker.logged(/has failed with SIGKILL[^]*has failed with SIGKILL/);
    peer.close();
  },
);

Deno.test(
  "A task that is killed with its socket takes it along",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("hold");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    using task = await reports.next();
    await task.claimed();
    Deno.kill(task.report.pid, "SIGKILL");
    // The byte was not read, so that the connection is reset.
    await readText(peer).catch((error) =>
      assert(error instanceof Deno.errors.ConnectionReset)
    );
    await broker.logged(/has failed with SIGKILL/);
    assertEquals(heldSockets(), []);
    peer.close();
  },
);

Deno.test(
  "A task that fails is tried twice more, and the socket is kept then",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("fail");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await writeText(peer, "x");
    for (let i = 0; i < 3; i++) {
      using task = await reports.next();
      await task.ended();
    }
    await broker.logged(/no task has taken the socket "a": it is kept/);
    assert(broker.log.includes("This task fails"));
    assertEquals(heldSockets().map(({ id }) => id), ["a"]);
    peer.close();
  },
);

Deno.test(
  "A program that is killed while it transfers a socket loses it",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const { port } = listener.addr;
    await killAfterReply(broker.directory, "transfer", `${port}`);
    using peer = await accepted;
    assertEquals(await readText(peer), null);
    assertEquals(heldSockets(), []);
  },
);

Deno.test(
  "A program that is killed while it takes a socket leaves it",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const { descriptor, peer } = await openStream();
    const context = reports.context("answer");
    transferSocket(newRecord("a", { taskId, context }), [descriptor]);
    close(descriptor);
    await killAfterReply(broker.directory, "claim");
    // It is watched as before.
    await writeText(peer, "hello");
    using task = await reports.next();
    assertEquals(await readText(peer), "HELLO");
    await task.ended();
    peer.close();
  },
);

Deno.test(
  "A broker that is killed while a socket is taken leaves it to the program",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const { descriptor, peer } = await openStream();
    transferSocket(newRecord("a"), [descriptor]);
    close(descriptor);
    const claimed = claimSocket("a", KIND);
    await broker.crash();
    const [taken = -1] = claimed.descriptors;
    send(taken, "alive");
    assertEquals(await readText(peer), "alive");
    close(taken);
    assertEquals(await readText(peer), null);
    peer.close();
  },
);

Deno.test(
  "A broker that was killed is replaced, though its socket file is there",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    const first = await TestBroker.start([], directory, true);
    await first.crash();
    await using _second = await TestBroker.start([], directory);
    assertEquals(heldSockets(), []);
  },
);
