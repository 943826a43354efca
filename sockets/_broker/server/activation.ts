import type { SocketActivityTriggerReason } from "../../broker/socket_activity_trigger_reason.ts";

/** Why a task starts, and how often it was tried before. */
export interface Activation {
  readonly reason: SocketActivityTriggerReason;
  readonly failures: number;
}

/** What the broker does with a socket that it holds. */
export type Watch =
  /** Nothing: it waits to be taken. */
  | { readonly name: "kept" }
  /** It waits for something to happen. */
  | { readonly name: "watched" }
  /** A task is to start as soon as there is room for it. */
  | { readonly name: "due"; readonly activation: Activation }
  /** The task runs, and has not taken the socket. */
  | { readonly name: "running"; readonly activation: Activation }
  /** The task has failed, and is to start again after a while. */
  | {
    readonly name: "waiting";
    readonly activation: Activation;
    readonly delay: number;
  };

/** The pauses before a task that has failed is tried again, in milliseconds. */
const RETRY_DELAYS: readonly number[] = [1_000, 5_000];

/** Nothing is to be done any more, until the socket is transferred anew. */
export const KEPT: Watch = { name: "kept" };

/** What happens with a socket that was just transferred. */
export function startWatch(taskId: string | null): Watch {
  return taskId === null ? KEPT : { name: "watched" };
}

/** Something has happened to a socket. Nothing counts until it is watched again. */
export function activate(
  watch: Watch,
  reason: SocketActivityTriggerReason,
): Watch {
  return watch.name === "watched"
    ? { name: "due", activation: { reason, failures: 0 } }
    : watch;
}

/** The turn of a task has come. */
export function startTask(watch: Watch): Watch {
  return watch.name === "due" ? { ...watch, name: "running" } : watch;
}

/** A task has ended, and has not taken the socket. */
export function endTask(watch: Watch, isSuccess: boolean): Watch {
  if (watch.name !== "running") return watch;
  const { reason, failures } = watch.activation;
  const delay = RETRY_DELAYS[failures];
  if (isSuccess || delay === undefined) return KEPT;
  const activation = { reason, failures: failures + 1 };
  return { name: "waiting", activation, delay };
}

/** The pause before another attempt is over. */
export function retryTask(watch: Watch): Watch {
  return watch.name === "waiting"
    ? { name: "due", activation: watch.activation }
    : watch;
}
