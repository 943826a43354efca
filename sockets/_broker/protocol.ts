import type { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import {
  asArray,
  asBytes,
  asFields,
  asFlag,
  asKind,
  asNumber,
  asString,
  type Fields,
  parseJson,
  ProtocolFailure,
} from "./fields.ts";

/**
 * How a program and the broker talk. Over one connection goes one request, with
 * descriptors if it has any, and one reply. If it says yes, the program answers
 * with {@linkcode ACKNOWLEDGED}, and the broker with the same once it has done
 * what was asked. That byte decides: before it nothing has changed, and if it
 * cannot be sent any more the broker takes everything back.
 */
export const PROTOCOL_VERSION = 1;
export const ACKNOWLEDGED = 0x06;
/** In its place: the broker has waited too long, and nothing has changed. */
export const REFUSED = 0x15;

/** How much a socket may have with it. */
export const MAX_ID_LENGTH = 256;
export const MAX_CONTEXT_SIZE: number = 64 * 1024;

/** A socket as the broker keeps it, beside its descriptors. */
export interface TransferRecord {
  /** Unique in the application. */
  readonly id: string;
  readonly kind: SocketActivityKind;
  /** The task to start; null if the socket is held and never watched. */
  readonly taskId: string | null;
  readonly context: Uint8Array | null;
  /** After so many milliseconds without activity a task starts; 0 is never. */
  readonly keepAliveTime: number;
  /** Bytes that were received and not consumed, which come first. */
  readonly unread: Uint8Array;
  /** What the socket class wants to know of it again. */
  readonly details: string;
}

/** The same, as it comes from the broker. */
export interface ClaimedRecord extends TransferRecord {
  readonly context: Uint8Array<ArrayBuffer> | null;
  readonly unread: Uint8Array<ArrayBuffer>;
}

/** What a list tells of a socket. */
export interface HeldSocket {
  readonly id: string;
  readonly kind: SocketActivityKind;
  readonly taskId: string | null;
}

/** A background task that the broker may start. */
export interface TaskRegistration {
  readonly taskId: string;
  readonly name: string;
  /** The module with its `run` function. */
  readonly entryPoint: string;
  /** The module that calls it, of the version that has registered it. */
  readonly runner: string;
  /** The permissions, as `deno run` takes them. */
  readonly flags: readonly string[];
}

/** So many characters a registration may have in all. */
export const MAX_TASK_SIZE: number = 64 * 1024;

/** Whether the broker refuses a registration for its size. */
export function isTooLarge(
  { name, entryPoint, runner, flags }: TaskRegistration,
): boolean {
  const texts = [name, entryPoint, runner, ...flags];
  return texts.reduce((sum, { length }) => sum + length, 0) > MAX_TASK_SIZE;
}

/** What is asked of the broker. */
export type BrokerRequest =
  | { readonly name: "transfer"; readonly record: ClaimedRecord }
  | {
    readonly name: "claim";
    readonly id: string;
    readonly kind: SocketActivityKind;
  }
  | { readonly name: "context"; readonly id: string }
  | { readonly name: "sockets" }
  | { readonly name: "register"; readonly task: TaskRegistration }
  | {
    readonly name: "unregister";
    readonly taskId: string;
    readonly cancel: boolean;
  }
  | { readonly name: "tasks" };

/** A request, and the application whose sockets and tasks it is about. */
export interface ApplicationRequest {
  readonly application: string;
  readonly request: BrokerRequest;
}

/** Why the broker has said no. */
export type RefusalCode =
  | "bad-request"
  | "duplicate"
  | "duplicate-task"
  | "full"
  | "not-found"
  | "in-transfer"
  | "unknown-task"
  | "wrong-kind"
  | "out-of-descriptors"
  | "cannot-store";

/** The answer: JSON, or why there is none. */
export type BrokerReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: RefusalCode };

/** The text of a request. */
export function formatRequest(
  application: string,
  request: FormattableRequest,
): string {
  const body = request.name === "transfer"
    ? { ...request, record: formatRecord(request.record) }
    : request;
  return JSON.stringify({ version: PROTOCOL_VERSION, application, ...body });
}

/** A request of a program: what it sends may be any bytes. */
export type FormattableRequest =
  | Exclude<BrokerRequest, { readonly name: "transfer" }>
  | { readonly name: "transfer"; readonly record: TransferRecord };

/**
 * What {@linkcode formatRequest} has written.
 *
 * @throws {ProtocolFailure} If it is something else.
 */
export function parseRequest(text: string): ApplicationRequest {
  const fields = asFields(parseJson(text));
  if (fields.version !== PROTOCOL_VERSION) {
    throw new ProtocolFailure("the version is another one");
  }
  const application = asString(fields.application);
  return { application, request: toRequest(fields) };
}

function toRequest(fields: Fields): BrokerRequest {
  const { name } = fields;
  switch (name) {
    case "transfer":
      return { name, record: parseRecord(fields.record) };
    case "claim":
      return { name, id: asString(fields.id), kind: asKind(fields.kind) };
    case "context":
      return { name, id: asString(fields.id) };
    case "register":
      return { name, task: parseTask(fields.task) };
    case "unregister": {
      const taskId = asString(fields.taskId);
      return { name, taskId, cancel: fields.cancel === true };
    }
    case "sockets":
    case "tasks":
      return { name };
  }
  throw new ProtocolFailure("there is no such request");
}

/** What a reply says. */
export function parseReply(text: string): BrokerReply {
  const fields = asFields(parseJson(text));
  if (fields.ok === true) return { ok: true, result: fields.result };
  const code = REFUSAL_CODES.find((code) => code === fields.code);
  return { ok: false, code: code ?? "bad-request" };
}

const REFUSAL_CODES: readonly RefusalCode[] = [
  "bad-request",
  "duplicate",
  "duplicate-task",
  "full",
  "not-found",
  "in-transfer",
  "unknown-task",
  "wrong-kind",
  "out-of-descriptors",
  "cannot-store",
];

/** A record as JSON has it, with its bytes in base64. */
export function formatRecord(record: TransferRecord): Fields {
  const context = formatContext(record.context);
  return { ...record, context, unread: record.unread.toBase64() };
}

/** A context as JSON has it. */
export function formatContext(context: Uint8Array | null): string | null {
  return context?.toBase64() ?? null;
}

/** What {@linkcode formatRecord} has written. */
export function parseRecord(value: unknown): ClaimedRecord {
  const fields = asFields(value);
  return {
    ...parseHeld(fields),
    context: parseContext(fields.context),
    keepAliveTime: asNumber(fields.keepAliveTime),
    unread: asBytes(fields.unread),
    details: asString(fields.details),
  };
}

/** What {@linkcode formatContext} has written. */
export function parseContext(value: unknown): Uint8Array<ArrayBuffer> | null {
  return value === null ? null : asBytes(value);
}

/** One socket of a list. */
export function parseHeld(value: unknown): HeldSocket {
  const { id, kind, taskId } = asFields(value);
  return {
    id: asString(id),
    kind: asKind(kind),
    taskId: taskId === null ? null : asString(taskId),
  };
}

/** A task, from a request or a list, or from where the broker keeps it. */
export function parseTask(value: unknown): TaskRegistration {
  const { taskId, name, entryPoint, runner, flags } = asFields(value);
  return {
    taskId: asString(taskId),
    name: asString(name),
    entryPoint: asString(entryPoint),
    runner: asString(runner),
    flags: asArray(flags).map(asFlag),
  };
}
