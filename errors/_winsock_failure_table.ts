import type { Failure } from "./_failure_table.ts";
import { HResult } from "./hresult.ts";

/** `HRESULT_FROM_WIN32` of it; no class tells of it. */
const WSASYSCALLFAILURE = 0x8007277b | 0;

/**
 * The failures that only those meet who make the system's own socket calls. The
 * other classes make none that would fail in these ways.
 */
export const WINSOCK_FAILURES: readonly Failure[] = [
  {
    hresult: HResult.WSAEFAULT,
    reason: "bad address",
    codes: ["EFAULT"],
  },
  {
    hresult: HResult.WSAEWOULDBLOCK,
    reason: "the call would have to wait",
    codes: ["EAGAIN", "EWOULDBLOCK"],
  },
  {
    hresult: HResult.WSAEINPROGRESS,
    reason: "operation in progress",
    codes: ["EINPROGRESS"],
  },
  {
    hresult: HResult.WSAEALREADY,
    reason: "operation already in progress",
    codes: ["EALREADY"],
  },
  {
    hresult: HResult.WSAENOTSOCK,
    reason: "not a socket",
    codes: ["ENOTSOCK"],
  },
  {
    hresult: HResult.WSAEDESTADDRREQ,
    reason: "destination address required",
    codes: ["EDESTADDRREQ"],
  },
  {
    hresult: HResult.WSAEPROTOTYPE,
    reason: "wrong protocol for the socket type",
    codes: ["EPROTOTYPE"],
  },
  {
    hresult: HResult.WSAENOPROTOOPT,
    reason: "protocol option not available",
    codes: ["ENOPROTOOPT"],
  },
  {
    hresult: HResult.WSAEPFNOSUPPORT,
    reason: "protocol family not supported",
    codes: ["EPFNOSUPPORT"],
  },
  {
    hresult: HResult.WSAETOOMANYREFS,
    reason: "too many references",
    codes: ["ETOOMANYREFS"],
  },
  {
    hresult: HResult.WSAELOOP,
    reason: "too many levels of symbolic links",
    codes: ["ELOOP"],
  },
  {
    hresult: HResult.WSAENAMETOOLONG,
    reason: "name too long",
    codes: ["ENAMETOOLONG"],
  },
  {
    hresult: HResult.WSAENOTEMPTY,
    reason: "folder not empty",
    codes: ["ENOTEMPTY"],
  },
  {
    hresult: HResult.WSAEUSERS,
    reason: "too many users",
    codes: ["EUSERS"],
  },
  {
    hresult: HResult.WSAEDQUOT,
    reason: "quota exceeded",
    codes: ["EDQUOT"],
  },
  {
    hresult: HResult.WSAESTALE,
    reason: "stale file handle",
    codes: ["ESTALE"],
  },
  {
    hresult: HResult.WSAEREMOTE,
    reason: "object is remote",
    codes: ["EREMOTE"],
  },
  // What only Winsock has, or gives another meaning.
  { hresult: HResult.WSAEINTR, reason: "interrupted" },
  { hresult: HResult.WSAEBADF, reason: "bad file handle" },
  { hresult: HResult.WSAEPROCLIM, reason: "too many processes" },
  {
    hresult: HResult.WSASYSNOTREADY,
    reason: "the sockets of the system cannot be used",
  },
  {
    hresult: HResult.WSAVERNOTSUPPORTED,
    reason: "the version is not supported",
  },
  { hresult: HResult.WSANOTINITIALISED, reason: "WSAStartup was not called" },
  { hresult: WSASYSCALLFAILURE, reason: "a call of the system failed" },
];
