import { LINUX } from "../winsock/_linux_constants.ts";

const TRANSIENT: ReadonlySet<number> = new Set([
  LINUX.EINTR,
  LINUX.EAGAIN,
  LINUX.ENOMEM,
  LINUX.ENOBUFS,
]);

/** Whether a call has to be made again later, and nothing else has happened. */
export function isTransient(errno: number): boolean {
  return TRANSIENT.has(errno);
}

/** The error of a system call, in the form that the runtime gives to its own. */
export function systemError(errno: number): Error {
  return new Error(`Refused (os error ${errno})`);
}
