import { ArgumentError } from "../../errors/argument_error.ts";
import { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { MAX_DESCRIPTORS } from "../winsock/_descriptor_passing.ts";
import { applicationName } from "./application.ts";
import { brokerLost, toRefusal } from "./broker_failure.ts";
import { connect, start, startAsync, toLibc } from "./broker_connection.ts";
import { type Answer, type Call, exchange } from "./exchange.ts";
import { asArray } from "./fields.ts";
import { encodeFrame, MAX_FRAME_SIZE } from "./frame.ts";
import {
  type ClaimedRecord,
  formatRequest,
  type FormattableRequest,
  type HeldSocket,
  isTooLarge,
  MAX_CONTEXT_SIZE,
  MAX_ID_LENGTH,
  MAX_TASK_SIZE,
  parseContext,
  parseHeld,
  parseRecord,
  parseTask,
  type TaskRegistration,
  type TransferRecord,
} from "./protocol.ts";

export type {
  ClaimedRecord,
  HeldSocket,
  TaskRegistration,
  TransferRecord,
} from "./protocol.ts";

/** A socket that the broker has given up. */
export interface ClaimedSocket {
  readonly record: ClaimedRecord;
  /** They belong to the caller. */
  readonly descriptors: readonly number[];
}

/** A broker that is about to end is replaced by another. */
const ATTEMPTS = 3;

/**
 * Throws unless this program can talk to a broker at all.
 *
 * @throws {InvalidOperationError} If it may make no native calls.
 */
export function assertBrokerUsable(action: string): void {
  toLibc(action);
}

/**
 * Hands a socket over; starts a broker if there is none. If it throws, nothing
 * has changed, and afterwards the caller has to close its descriptors.
 */
export function transferSocket(
  record: TransferRecord,
  descriptors: readonly number[],
): void {
  const action = `Cannot transfer the socket ${JSON.stringify(record.id)}`;
  assertRecord(record, action);
  if (descriptors.length === 0 || descriptors.length > MAX_DESCRIPTORS) {
    throw new ArgumentError(
      `${action}: it has "${descriptors.length}" descriptors, not 1 to ${MAX_DESCRIPTORS}`,
    );
  }
  askOrStart(action, { name: "transfer", record }, ignore, descriptors);
}

/** Takes a socket back. */
export function claimSocket(
  id: string,
  kind: SocketActivityKind,
): ClaimedSocket {
  const action = `Cannot take the socket ${JSON.stringify(id)}`;
  const answer = ask(action, { name: "claim", id, kind }, parseRecord);
  if (answer === null) throw toRefusal("not-found", action);
  const { result: record, descriptors } = answer;
  return { record, descriptors };
}

/** The context of a socket that the broker holds. */
export function contextOf(id: string): Uint8Array<ArrayBuffer> | null {
  const action = `Cannot read the context of the socket ${JSON.stringify(id)}`;
  const answer = ask(action, { name: "context", id }, parseContext);
  if (answer === null) throw toRefusal("not-found", action);
  return answer.result;
}

/** The sockets of this application that the broker holds. */
export function heldSockets(): HeldSocket[] {
  const action = "Cannot list the sockets";
  const answer = ask(
    action,
    { name: "sockets" },
    (result) => asArray(result).map(parseHeld),
  );
  return answer?.result ?? [];
}

/** Makes a background task known; starts a broker if there is none. */
export function registerTask(task: TaskRegistration): void {
  const name = JSON.stringify(task.name.slice(0, MAX_ID_LENGTH));
  const action = `Cannot register the task ${name}`;
  if (isTooLarge(task)) {
    throw new ArgumentError(
      `${action}: its name, its entry point and its permissions have more than ${MAX_TASK_SIZE} characters`,
    );
  }
  askOrStart(action, { name: "register", task }, ignore);
}

/** Makes the broker forget a background task; starts one if there is none. */
export function unregisterTask(taskId: string, cancel: boolean): void {
  const action = `Cannot unregister the task "${taskId}"`;
  askOrStart(action, { name: "unregister", taskId, cancel }, ignore);
}

/** The tasks of this application; starts a broker if there is none. */
export function registeredTasks(): TaskRegistration[] {
  const { result } = askOrStart(
    "Cannot list the tasks",
    { name: "tasks" },
    (result) => asArray(result).map(parseTask),
  );
  return result;
}

/** Starts a broker unless there is one. */
export async function startBrokerAsync(): Promise<void> {
  const action = "Cannot start the broker";
  const socket = connect(action) ?? await startAsync(action);
  toLibc(action).call.close(socket);
}

function assertRecord(record: TransferRecord, action: string): void {
  const { id, kind, context, keepAliveTime, unread } = record;
  if (typeof id !== "string" || id === "" || id.length > MAX_ID_LENGTH) {
    throw new ArgumentError(
      `${action}: an id has 1 to ${MAX_ID_LENGTH} characters`,
    );
  }
  if (kind === SocketActivityKind.none) {
    throw new ArgumentError(`${action}: it is of no kind`);
  }
  if (context !== null && context.length > MAX_CONTEXT_SIZE) {
    throw new ArgumentError(
      `${action}: its context has "${context.length}" bytes, more than ${MAX_CONTEXT_SIZE}`,
    );
  }
  if (!Number.isFinite(keepAliveTime) || keepAliveTime < 0) {
    throw new ArgumentError(
      `${action}: the keep-alive time "${keepAliveTime}" is no number of milliseconds`,
    );
  }
  // In base64 they are a third longer, and the rest needs some room as well.
  if (unread.length > MAX_FRAME_SIZE / 2) {
    throw new ArgumentError(
      `${action}: "${unread.length}" bytes were received and not consumed, more than ${
        MAX_FRAME_SIZE / 2
      }`,
    );
  }
}

function ignore(): void {}

function askOrStart<T>(
  action: string,
  request: FormattableRequest,
  parse: (result: unknown) => T,
  descriptors: readonly number[] = [],
): Answer<T> {
  const frame = encodeFrame(formatRequest(applicationName(), request));
  for (let i = 0; i < ATTEMPTS; i++) {
    const socket = connect(action) ?? start(action);
    const call = { socket, action, parse };
    const answer = exchangeOver(call, frame, descriptors);
    if (answer !== null) return answer;
  }
  throw brokerLost(action);
}

/** Null if no broker runs. */
function ask<T>(
  action: string,
  request: FormattableRequest,
  parse: (result: unknown) => T,
): Answer<T> | null {
  const frame = encodeFrame(formatRequest(applicationName(), request));
  const socket = connect(action);
  return socket === null
    ? null
    : exchangeOver({ socket, action, parse }, frame, []);
}

function exchangeOver<T>(
  call: Omit<Call<T>, "libc">,
  frame: Uint8Array,
  descriptors: readonly number[],
): Answer<T> | null {
  const libc = toLibc(call.action);
  try {
    return exchange({ ...call, libc }, frame, descriptors);
  } finally {
    libc.call.close(call.socket);
  }
}
