import { assertEquals, assertRejects } from "@std/assert";
import {
  type BackgroundTaskActivation,
  runBackgroundTask,
  SocketActivityKind,
  SocketActivityTriggerReason,
  SocketBroker,
} from "../../../mod.ts";
import {
  chooseStateDirectory,
  setApplicationName,
} from "../../../sockets/_broker/application.ts";
import { isPending } from "../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;
const ACTIVATION: BackgroundTaskActivation = {
  stateDirectory: "/state",
  application: "app",
  taskId: "1",
  name: "task",
  reason: SocketActivityTriggerReason.connectionAccepted,
  socket: {
    id: "a",
    kind: SocketActivityKind.streamSocketListener,
    taskId: "1",
  },
};

/** Forgets the application of the task. */
function reset(): void {
  chooseStateDirectory(null);
  setApplicationName(null);
}

Deno.test(
  "runBackgroundTask() tells the task what has started it",
  PURE,
  async () => {
    await runBackgroundTask(({ task, triggerDetails }) => {
      const { reason, socketInformation } = triggerDetails;
      assertEquals(task.name, "task");
      assertEquals(task.taskId, "1");
      assertEquals(reason, SocketActivityTriggerReason.connectionAccepted);
      assertEquals(socketInformation.id, "a");
      assertEquals(
        socketInformation.socketKind,
        SocketActivityKind.streamSocketListener,
      );
      assertEquals(socketInformation.taskId, "1");
      assertEquals(SocketBroker.application, "app");
      assertEquals(SocketBroker.stateDirectory, "/state");
    }, ACTIVATION);
    reset();
  },
);

Deno.test(
  "runBackgroundTask() waits for the promise, and for deferrals",
  PURE,
  async () => {
    const returned = Promise.withResolvers<void>();
    const completed = Promise.withResolvers<void>();
    const done = runBackgroundTask((taskInstance) => {
      const deferral = taskInstance.getDeferral();
      completed.promise.then(() => deferral.complete());
      return returned.promise;
    }, ACTIVATION);
    assertEquals(await isPending(done), true);
    returned.resolve();
    assertEquals(await isPending(done), true);
    completed.resolve();
    await done;
    reset();
  },
);

Deno.test(
  "runBackgroundTask() rejects with what the task throws",
  PURE,
  async () => {
    await assertRejects(
      () =>
        runBackgroundTask(() => {
          throw new Error("The task has failed");
        }, ACTIVATION),
      Error,
      "The task has failed",
    );
    reset();
  },
);
