import { SocketError } from "./socket_error.ts";

/**
 * Turns a failure of the runtime into an error of this library.
 *
 * @param cause What the runtime threw.
 * @param action What was being done, such as `Cannot connect to "a:80"`.
 */
export function toSocketError(cause: unknown, action: string): Error {
  return new SocketError(`${action}: ${cause}`, 0, { cause });
}
