// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Registers a task that may read, and prints why it cannot.
 *
 * @module
 */
import {
  BackgroundTaskBuilder,
  InvalidOperationError,
  SocketActivityTrigger,
} from "../../../mod.ts";

const builder = new BackgroundTaskBuilder();
builder.name = "reader";
builder.taskEntryPoint = "file:///task.ts";
builder.permissions = { read: true };
builder.setTrigger(new SocketActivityTrigger());
try {
  builder.register();
} catch (error) {
  if (!(error instanceof InvalidOperationError)) throw error;
  console.log(error.message);
}
