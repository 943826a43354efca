/** A background task that does what the context of its socket says. */
import {
  claimSocket,
  transferSocket,
} from "../../../sockets/_broker/broker_client.ts";
import type { BackgroundTaskInstance } from "../../../sockets/broker/background_task_instance.ts";
import { SocketBroker } from "../../../sockets/broker/socket_broker.ts";
import type { Instructions, TaskReport } from "./_task_reports.ts";
import { close, receive, send } from "./_sockets.ts";

/** Tells that it runs, and does it. */
export async function run(
  taskInstance: BackgroundTaskInstance,
): Promise<void> {
  const { task, triggerDetails } = taskInstance;
  const { reason, socketInformation } = triggerDetails;
  const { id, socketKind, context, taskId } = socketInformation;
  const instructions: Instructions = JSON.parse(
    new TextDecoder().decode(context?.data),
  );
  using conn = await Deno.connect({
    hostname: "127.0.0.1",
    port: instructions.port,
  });
  const report: TaskReport = {
    reason,
    id,
    kind: socketKind,
    isOwnTask: taskId === task.taskId,
    name: task.name,
    pid: Deno.pid,
    application: SocketBroker.application,
    canRead: Deno.permissions.querySync({ name: "read" }).state === "granted",
  };
  await conn.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
  const { mode } = instructions;
  if (mode === "fail") throw new Error("This task fails");
  if (mode === "leave") return;
  if (mode === "cancel") {
    await new Promise((resolve) => taskInstance.oncanceled = resolve);
    await conn.write(new TextEncoder().encode("canceled\n"));
    return;
  }
  if (mode === "hang") {
    await conn.read(new Uint8Array(1));
    return;
  }
  const { record, descriptors } = claimSocket(id, socketKind);
  await conn.write(new TextEncoder().encode("claimed\n"));
  if (mode === "hold") await conn.read(new Uint8Array(1));
  const [descriptor = -1] = descriptors;
  const text = receive(descriptor) ?? "";
  send(descriptor, text.toUpperCase());
  if (mode === "return") transferSocket(record, descriptors);
  close(...descriptors);
}
