import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { SocketActivityTriggerReason } from "../../../mod.ts";
import { isPending } from "../streams/_fakes.ts";
import { newTaskInstance } from "./_task_instance.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "BackgroundTaskInstance tells of its task, and of what has started it",
  PURE,
  () => {
    const { task, triggerDetails, instanceId } = newTaskInstance();
    assertEquals(task.taskId, "1");
    assertEquals(
      triggerDetails.reason,
      SocketActivityTriggerReason.socketClosed,
    );
    assertEquals(triggerDetails.socketInformation.id, "a");
    assertMatch(instanceId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assertNotEquals(newTaskInstance().instanceId, instanceId);
  },
);

Deno.test(
  "BackgroundTaskInstance.completed waits for every deferral",
  PURE,
  async () => {
    const instance = newTaskInstance();
    await instance.completed;
    const [first, second] = [instance.getDeferral(), instance.getDeferral()];
    const { completed } = instance;
    first.complete();
    assertEquals(await isPending(completed), true);
    second.complete();
    await completed;
    const third = instance.getDeferral();
    assertEquals(await isPending(instance.completed), true);
    third.complete();
    await instance.completed;
  },
);

Deno.test(
  "BackgroundTaskInstance.oncanceled is called for the event",
  PURE,
  () => {
    const instance = newTaskInstance();
    assertEquals(instance.oncanceled, null);
    const events: string[] = [];
    const handler = ({ type }: Event): void => void events.push(type);
    instance.oncanceled = handler;
    assertEquals(instance.oncanceled, handler);
    instance.dispatchEvent(new Event("canceled"));
    instance.oncanceled = null;
    instance.dispatchEvent(new Event("canceled"));
    assertEquals(events, ["canceled"]);
  },
);
