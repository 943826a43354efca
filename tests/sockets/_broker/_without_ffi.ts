/** What a program gets that may make no native calls: all but one by one line. */
import {
  assertBrokerUsable,
  claimSocket,
  contextOf,
  heldSockets,
  registeredTasks,
  startBrokerAsync,
  transferSocket,
  unregisterTask,
} from "../../../sockets/_broker/broker_client.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { newRecord } from "./_broker_process.ts";

const CALLS: readonly (() => unknown)[] = [
  () => assertBrokerUsable("Cannot enable"),
  () => transferSocket(newRecord("a"), [0]),
  () => claimSocket("a", 1),
  () => contextOf("a"),
  () => heldSockets(),
  () => registeredTasks(),
  () => unregisterTask("a", false),
  () => startBrokerAsync(),
];
for (const call of CALLS) {
  let line = "nothing";
  try {
    await call();
  } catch (error) {
    if (!(error instanceof InvalidOperationError)) throw error;
    line = `${error.hresult} ${error.message}`;
  }
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
