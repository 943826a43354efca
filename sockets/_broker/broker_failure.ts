import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { RefusalCode } from "./protocol.ts";

interface Refusal {
  readonly reason: string;
  readonly hresult: number;
  /** Whether it is the system that has failed, not the call. */
  readonly isSystem?: boolean;
}

const REFUSALS: Readonly<Record<RefusalCode, Refusal>> = {
  "bad-request": {
    reason: "the broker is of another version of this library",
    hresult: HResult.ERROR_NOT_SUPPORTED,
  },
  "duplicate": {
    reason: "the broker holds a socket of that id already",
    hresult: HResult.E_ILLEGAL_METHOD_CALL,
  },
  "duplicate-task": {
    reason: "another background task is registered under that id",
    hresult: HResult.E_ILLEGAL_METHOD_CALL,
  },
  "full": {
    reason: "the broker holds as many as it may",
    hresult: HResult.WSAENOBUFS,
    isSystem: true,
  },
  "not-found": {
    reason: "the broker holds no such socket",
    hresult: HResult.ERROR_NOT_FOUND,
  },
  "in-transfer": {
    reason: "another program is taking or handing over the socket of that id",
    hresult: HResult.E_ILLEGAL_METHOD_CALL,
  },
  "unknown-task": {
    reason: "no background task is registered under that id",
    hresult: HResult.ERROR_NOT_FOUND,
  },
  "wrong-kind": {
    reason: "the broker holds a socket of another kind under that id",
    hresult: HResult.E_ILLEGAL_METHOD_CALL,
  },
  "out-of-descriptors": {
    reason: "the broker cannot open more descriptors",
    hresult: HResult.WSAEMFILE,
    isSystem: true,
  },
  "cannot-store": {
    reason: "the broker cannot write to its state directory",
    hresult: HResult.E_FAIL,
    isSystem: true,
  },
};

/** The error of what the broker has refused. */
export function toRefusal(code: RefusalCode, action: string): Error {
  const { reason, hresult, isSystem } = REFUSALS[code];
  const message = `${action}: ${reason}`;
  return isSystem
    ? new SocketError(message, hresult)
    : new InvalidOperationError(message, { hresult });
}

/** The error of a broker that has gone away in between: nothing has changed. */
export function brokerLost(action: string): SocketError {
  return new SocketError(
    `${action}: the broker has ended before it was done`,
    HResult.WSAECONNRESET,
  );
}

/** The error of a broker that does not answer: nothing has changed. */
export function brokerTimedOut(action: string): SocketError {
  return new SocketError(
    `${action}: the broker does not answer`,
    HResult.WSAETIMEDOUT,
  );
}

/**
 * The error of a broker that was started in vain.
 *
 * @param words What it has said.
 */
export function brokerNotStarted(action: string, words: string): SocketError {
  const reason = words.replace(/^(broker: )+/, "");
  return new SocketError(
    `${action}: a broker was started and has failed: ${reason}`,
    HResult.E_FAIL,
  );
}

/** The error of a broker that this user does not own. */
export function foreignBroker(
  action: string,
  directory: string,
): InvalidOperationError {
  return new InvalidOperationError(
    `${action}: the broker in "${directory}" belongs to another user`,
    { hresult: HResult.E_ACCESSDENIED },
  );
}

/** The error of a program that may not start a broker. */
export function mayNotStart(
  action: string,
  directory: string,
): InvalidOperationError {
  return new InvalidOperationError(
    `${action}: no broker runs in "${directory}", and it takes --allow-run=deno to start one; "deno task broker" runs it by hand`,
    { hresult: HResult.E_ACCESSDENIED },
  );
}

/** The error of a state directory that others may put something into. */
export function openDirectory(
  action: string,
  directory: string,
): InvalidOperationError {
  return new InvalidOperationError(
    `${action}: others may enter the state directory "${directory}", its mode must be 0700`,
    { hresult: HResult.E_ACCESSDENIED },
  );
}
