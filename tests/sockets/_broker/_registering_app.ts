/** Registers a task, as one of several programs that do so at once. */
import {
  chooseStateDirectory,
  setApplicationName,
} from "../../../sockets/_broker/application.ts";
import { registeredTasks } from "../../../sockets/_broker/broker_client.ts";
import { registerTestTask } from "./_task_reports.ts";

const [directory = ""] = Deno.args;
chooseStateDirectory(directory);
setApplicationName("test");
registerTestTask();
await Deno.stdout.write(
  new TextEncoder().encode(`${registeredTasks().length}`),
);
