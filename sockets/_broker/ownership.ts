import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import { SocketActivityContext } from "../broker/socket_activity_context.ts";
import type { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { assertBrokerUsable, transferSocket } from "./broker_client.ts";

const GUID_REGEXP = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a program says when it gives a socket away. */
export interface TransferCall {
  readonly socketId: string;
  readonly data: SocketActivityContext | undefined;
  /** In milliseconds; 0 is none. */
  readonly keepAliveTime: number;
}

/** The socket that is given away. */
export interface TransferredSocket {
  readonly kind: SocketActivityKind;
  readonly descriptors: readonly number[];
  /** What has arrived and nobody has taken, in a form of the kind's own. */
  readonly unread: Uint8Array<ArrayBuffer>;
  /** What else the kind has to know of it again. */
  readonly details: string;
}

/** That a socket may be given to the broker, and which task is told of it. */
export class Ownership {
  readonly #taskId: string | null;

  private constructor(taskId: string | null) {
    this.#taskId = taskId;
  }

  /**
   * Enables the transfer of a socket.
   *
   * @param taskId Null: the broker keeps the socket, and starts nothing.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If there can be no broker.
   */
  static enable(
    taskId: string | null,
    action: SocketActivityConnectedStandbyAction,
  ): Ownership {
    if (taskId !== null && !GUID_REGEXP.test(taskId)) {
      throw new ArgumentError(
        `Cannot enable the transfer of ownership to the task "${taskId}": it must be the taskId of a registration, or null`,
      );
    }
    const actions = Object.values(SocketActivityConnectedStandbyAction);
    if (!actions.includes(action)) {
      throw new ArgumentError(
        `Cannot enable the transfer of ownership with the action "${action}": it must be of SocketActivityConnectedStandbyAction`,
      );
    }
    assertBrokerUsable("Cannot enable the transfer of ownership");
    return new Ownership(taskId);
  }

  /** Gives the socket away; if it throws, nothing has changed. */
  transfer(
    { socketId, data, keepAliveTime }: TransferCall,
    { kind, descriptors, unread, details }: TransferredSocket,
  ): void {
    if (data !== undefined && !(data instanceof SocketActivityContext)) {
      throw new ArgumentError(
        `Cannot transfer the socket "${socketId}" with the data "${data}": it must be a SocketActivityContext`,
      );
    }
    transferSocket({
      id: socketId,
      kind,
      taskId: this.#taskId,
      context: data?.data ?? null,
      keepAliveTime,
      unread,
      details,
    }, descriptors);
  }
}

/** The ownership, if the transfer was enabled; throws if it was not. */
export function assertEnabled(ownership: Ownership | null): Ownership {
  if (ownership !== null) return ownership;
  throw new InvalidOperationError(
    "Cannot transfer the socket: it was not enabled, call enableTransferOwnership before",
  );
}

/** The error of what is secure: this process alone knows the keys. */
export function secureTransfer(): InvalidOperationError {
  return new InvalidOperationError(
    "Cannot transfer the socket: it is secure, and what TLS has agreed on cannot be given to another process",
  );
}

/** The error of a connection that the runtime would end with its own part. */
export function notTransferable(): InvalidOperationError {
  return new InvalidOperationError(
    "Cannot transfer the socket: its descriptor belongs to the runtime, call enableTransferOwnership before connectAsync, or for its listener before the bind",
  );
}
