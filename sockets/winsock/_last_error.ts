/** What a call that failed returns: the `SOCKET_ERROR` of Winsock. */
const SOCKET_ERROR = -1;

/**
 * What a call has come to: its result, or the code of a Winsock error, negative.
 */
export type Outcome = number;

/** Every thread has its own, as every worker has this module. */
let lastError = 0;

/** The code of the last call that failed; 0 if there was none. */
export function getLastError(): number {
  return lastError;
}

/** Sets what {@linkcode getLastError} tells. */
export function setLastError(code: number): void {
  lastError = code;
}

/** What a Winsock function returns of an outcome; a failure is kept. */
export function toResult(outcome: Outcome): number {
  if (outcome >= 0) return outcome;
  setLastError(-outcome);
  return SOCKET_ERROR;
}
