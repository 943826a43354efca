import { constants } from "node:os";
import { type Failure, FAILURES } from "./_failure_table.ts";
import { WINSOCK_FAILURES } from "./_winsock_failure_table.ts";
import { ArgumentError } from "./argument_error.ts";
import { BoundsError } from "./bounds_error.ts";
import { ClosedError } from "./closed_error.ts";
import { HResult } from "./hresult.ts";
import { InvalidOperationError } from "./invalid_operation_error.ts";
import { SocketError } from "./socket_error.ts";
import { WebSocketError } from "./web_socket_error.ts";

/** The errors of this library, which have been classified already. */
type LibraryError =
  | ArgumentError
  | BoundsError
  | ClosedError
  | InvalidOperationError
  | SocketError
  | WebSocketError;

/** Winsock numbers its errors from WSABASEERR on, far above any errno. */
const WSABASEERR = 10000;
/** What HRESULT_FROM_WIN32 puts above the Win32 error. */
const FACILITY_WIN32_BITS = 0x80070000;

const failures = [...FAILURES, ...WINSOCK_FAILURES];
const failureByCode = indexBy((failure) => failure.codes);
const failureByName = indexBy((failure) => failure.names);
const codeByErrno = new Map(
  Object.entries(constants.errno).map(([code, errno]) => [errno, code]),
);

/**
 * Turns a failure of the runtime into an error of this library.
 *
 * Errors of this library pass unchanged, and so does `Deno.errors.NotCapable`:
 * a permission that Deno was not given is for the user to grant, and should not
 * look like a failure of the network.
 *
 * @param cause What the runtime threw.
 * @param action What was being done, such as `Cannot connect to "a:80"`.
 * @returns The error to throw.
 */
export function toSocketError(cause: unknown, action: string): Error {
  if (cause instanceof Deno.errors.NotCapable || isLibraryError(cause)) {
    return cause;
  }
  const failure = findFailure(cause);
  const reason = failure?.reason ?? describe(cause);
  const hresult = failure?.hresult ?? HResult.E_FAIL;
  return new SocketError(`${action}: ${reason}`, hresult, { cause });
}

/**
 * The HRESULT of a failure.
 *
 * @param cause What the runtime threw, or an error of this library.
 * @returns The HRESULT, signed; `E_FAIL` where nothing is known of the failure.
 */
export function hresultOf(cause: unknown): number {
  if (isLibraryError(cause)) return cause.hresult;
  return findFailure(cause)?.hresult ?? HResult.E_FAIL;
}

function isLibraryError(cause: unknown): cause is LibraryError {
  return cause instanceof SocketError || cause instanceof WebSocketError ||
    cause instanceof ArgumentError || cause instanceof BoundsError ||
    cause instanceof ClosedError || cause instanceof InvalidOperationError;
}

function findFailure(cause: unknown): Failure | undefined {
  if (!(cause instanceof Error)) return undefined;
  return findByCode(cause) ?? findByErrno(cause) ??
    FAILURES.find(({ text }) => text?.test(cause.message)) ??
    failureByName.get(cause.name);
}

function findByCode(cause: Error): Failure | undefined {
  return "code" in cause && typeof cause.code === "string"
    ? failureByCode.get(cause.code)
    : undefined;
}

function findByErrno(cause: Error): Failure | undefined {
  const errno = errnoOf(cause);
  if (errno === undefined) return undefined;
  if (errno >= WSABASEERR) {
    const hresult = (FACILITY_WIN32_BITS + errno) | 0;
    return failures.find((failure) => failure.hresult === hresult);
  }
  return failureByCode.get(codeByErrno.get(errno) ?? "");
}

/** The errno that an error carries: a property in Node, text in Deno. */
function errnoOf(cause: Error): number | undefined {
  if ("errno" in cause && typeof cause.errno === "number") {
    return Math.abs(cause.errno);
  }
  const [, errno] = /\(os error (\d+)\)/.exec(cause.message) ?? [];
  return errno === undefined ? undefined : Number(errno);
}

/** The runtime's own words, in the form that messages of this library have. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return Deno.inspect(cause);
  return (cause.message || cause.name).replace(/ \(os error \d+\)$/, "")
    .replace(/\.$/, "");
}

function indexBy(
  keysOf: (failure: Failure) => readonly string[] | undefined,
): ReadonlyMap<string, Failure> {
  return new Map(
    failures.flatMap((failure) =>
      (keysOf(failure) ?? []).map((key) => [key, failure] as const)
    ),
  );
}
