import { ArgumentError } from "../../errors/argument_error.ts";
import { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { MAX_DESCRIPTORS } from "../winsock/_descriptor_passing.ts";
import { applicationName } from "./application.ts";
import { brokerLost, toRefusal } from "./broker_failure.ts";
import { connect, start, startAsync, toLibc } from "./broker_connection.ts";
import { type Answer, exchange } from "./exchange.ts";
import { asArray } from "./fields.ts";
import { encodeFrame, MAX_FRAME_SIZE } from "./frame.ts";
import {
  type ClaimedRecord,
  formatRequest,
  type FormattableRequest,
  type HeldSocket,
  MAX_CONTEXT_SIZE,
  MAX_ID_LENGTH,
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
  askOrStart(action, { name: "transfer", record }, descriptors);
}

/** Takes a socket back. */
export function claimSocket(
  id: string,
  kind: SocketActivityKind,
): ClaimedSocket {
  const action = `Cannot take the socket ${JSON.stringify(id)}`;
  const answer = ask(action, { name: "claim", id, kind });
  if (answer === null) throw toRefusal("not-found", action);
  const { result, descriptors } = answer;
  return { record: parseRecord(result), descriptors };
}

/** The context of a socket that the broker holds. */
export function contextOf(id: string): Uint8Array<ArrayBuffer> | null {
  const action = `Cannot read the context of the socket ${JSON.stringify(id)}`;
  const answer = ask(action, { name: "context", id });
  if (answer === null) throw toRefusal("not-found", action);
  return parseContext(answer.result);
}

/** The sockets of this application that the broker holds. */
export function heldSockets(): HeldSocket[] {
  const answer = ask("Cannot list the sockets", { name: "sockets" });
  return answer === null ? [] : asArray(answer.result).map(parseHeld);
}

/** Makes a background task known; starts a broker if there is none. */
export function registerTask(task: TaskRegistration): void {
  const action = `Cannot register the task ${JSON.stringify(task.name)}`;
  askOrStart(action, { name: "register", task });
}

/** Makes the broker forget a background task; starts one if there is none. */
export function unregisterTask(taskId: string, cancel: boolean): void {
  const action = `Cannot unregister the task "${taskId}"`;
  askOrStart(action, { name: "unregister", taskId, cancel });
}

/** The tasks of this application; starts a broker if there is none. */
export function registeredTasks(): TaskRegistration[] {
  const { result } = askOrStart("Cannot list the tasks", { name: "tasks" });
  return asArray(result).map(parseTask);
}

/** Starts a broker unless there is one. */
export async function startBrokerAsync(): Promise<void> {
  const action = "Cannot start the broker";
  const socket = connect(action) ?? await startAsync(action);
  toLibc(action).call.close(socket);
}

function assertRecord(record: TransferRecord, action: string): void {
  const { id, kind, context, keepAliveTime, unread } = record;
  if (id === "" || id.length > MAX_ID_LENGTH) {
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

function askOrStart(
  action: string,
  request: FormattableRequest,
  descriptors: readonly number[] = [],
): Answer {
  const frame = encodeFrame(formatRequest(applicationName(), request));
  for (let i = 0; i < ATTEMPTS; i++) {
    const socket = connect(action) ?? start(action);
    const answer = exchangeOver(socket, action, frame, descriptors);
    if (answer !== null) return answer;
  }
  throw brokerLost(action);
}

/** Null if no broker runs. */
function ask(action: string, request: FormattableRequest): Answer | null {
  const frame = encodeFrame(formatRequest(applicationName(), request));
  const socket = connect(action);
  return socket === null ? null : exchangeOver(socket, action, frame, []);
}

function exchangeOver(
  socket: number,
  action: string,
  frame: Uint8Array,
  descriptors: readonly number[],
): Answer | null {
  const libc = toLibc(action);
  try {
    return exchange({ libc, socket, action }, frame, descriptors);
  } finally {
    libc.call.close(socket);
  }
}
