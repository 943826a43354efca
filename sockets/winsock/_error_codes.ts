import { constants } from "node:os";
import { hresultOf, toSocketError } from "../../errors/_classify.ts";
import { HResult } from "../../errors/hresult.ts";
import {
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAENOBUFS,
  WSAENOTSOCK,
  WSAESOCKTNOSUPPORT,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSASYSCALLFAILURE,
  WSATRY_AGAIN,
  WSATYPE_NOT_FOUND,
} from "./error_codes.ts";
import type { Platform } from "./_platform.ts";

/**
 * The codes by error number. These two have other meanings elsewhere in the
 * library: there they tell that somebody closed what was waited for.
 */
const codes = new Map<number, number>([
  [constants.errno.EINTR, WSAEINTR],
  [constants.errno.EBADF, WSAENOTSOCK],
]);

/** The Winsock code of an error number of this platform. */
export function toWinsockCode(errno: number): number {
  const known = codes.get(errno);
  if (known !== undefined) return known;
  const hresult = hresultOf(systemError(errno));
  // HRESULT_CODE; what has no HRESULT of its own has no code of its own either.
  const code = hresult === HResult.E_FAIL
    ? WSASYSCALLFAILURE
    : hresult & 0xffff;
  codes.set(errno, code);
  return code;
}

/** The error that tells of a Winsock code. */
export function toError(action: string, code: number): Error {
  return toSocketError(systemError(code), action);
}

/** In the form that the classification of errors reads. */
function systemError(errno: number): Error {
  return new Error(`The call has failed (os error ${errno})`);
}

/**
 * What `getaddrinfo` returns on Linux and on macOS (`netdb.h`), and what
 * `ws2tcpip.h` makes of the names.
 */
const LOOKUP_CODES = [
  { linux: -1, darwin: 3, code: WSAEINVAL }, // EAI_BADFLAGS
  { linux: -2, darwin: 8, code: WSAHOST_NOT_FOUND }, // EAI_NONAME
  { linux: -3, darwin: 2, code: WSATRY_AGAIN }, // EAI_AGAIN
  { linux: -4, darwin: 4, code: WSANO_RECOVERY }, // EAI_FAIL
  { linux: -5, darwin: 7, code: WSANO_DATA }, // EAI_NODATA
  { linux: -6, darwin: 5, code: WSAEAFNOSUPPORT }, // EAI_FAMILY
  { linux: -7, darwin: 10, code: WSAESOCKTNOSUPPORT }, // EAI_SOCKTYPE
  { linux: -8, darwin: 9, code: WSATYPE_NOT_FOUND }, // EAI_SERVICE
  { linux: -9, darwin: 1, code: WSAHOST_NOT_FOUND }, // EAI_ADDRFAMILY
  { linux: -10, darwin: 6, code: WSAENOBUFS }, // EAI_MEMORY
  { linux: -12, darwin: 14, code: WSAEFAULT }, // EAI_OVERFLOW
] as const;

/** The Winsock code of what `getaddrinfo` or `getnameinfo` has returned. */
export function toLookupCode(code: number, platform: Platform): number {
  if (code === 0 || platform === "windows") return code;
  return LOOKUP_CODES.find((row) => row[platform] === code)?.code ??
    // Among others EAI_SYSTEM, whose errno is that of another thread.
    WSANO_RECOVERY;
}
