/** Linux, `asm-generic/errno-base.h` and `asm-generic/errno.h`. */
export const Errno = {
  EINTR: 4,
  EAGAIN: 11,
  ENOMEM: 12,
  EINVAL: 22,
  EPROTOTYPE: 91,
  EAFNOSUPPORT: 97,
  ENOBUFS: 105,
  ENOTCONN: 107,
  EINPROGRESS: 115,
  ECANCELED: 125,
} as const;

const TRANSIENT: ReadonlySet<number> = new Set([
  Errno.EINTR,
  Errno.EAGAIN,
  Errno.ENOMEM,
  Errno.ENOBUFS,
]);

/** Whether a call has to be made again later, and nothing else has happened. */
export function isTransient(errno: number): boolean {
  return TRANSIENT.has(errno);
}

/** The error of a system call, in the form that the runtime gives to its own. */
export function systemError(errno: number): Error {
  return new Error(`Refused (os error ${errno})`);
}
