import { assertEquals } from "@std/assert";
import { constants } from "node:os";
import { hresultOf } from "../../../errors/_classify.ts";
import { HResult } from "../../../errors/hresult.ts";
import {
  toError,
  toLookupCode,
  toWinsockCode,
} from "../../../sockets/winsock/_error_codes.ts";
import * as codes from "../../../sockets/winsock/error_codes.ts";
import {
  WSAGetLastError,
  WSASetLastError,
} from "../../../sockets/winsock/mod.ts";

const PURE = { permissions: "none" } as const;

Deno.test("WSASetLastError() sets what WSAGetLastError() tells", PURE, () => {
  WSASetLastError(10_061);
  assertEquals(WSAGetLastError(), 10_061);
  WSASetLastError(0);
  assertEquals(WSAGetLastError(), 0);
});

Deno.test("error codes are those of winerror.h", PURE, () => {
  const byName = new Map<string, number>(Object.entries(HResult));
  for (const [name, code] of Object.entries(codes)) {
    const hresult = byName.get(name);
    if (hresult !== undefined) assertEquals(code, hresult & 0xffff, name);
  }
  // 0x80072…: the names that HResult has, so that none is forgotten above.
  const names = [...byName.keys()].filter((name) => name.startsWith("WSA"));
  assertEquals(names.filter((name) => !(name in codes)), []);
  assertEquals(codes.WSASYSCALLFAILURE, 10_107);
});

Deno.test("toWinsockCode() gives each error number its code", {
  ignore: Deno.build.os === "windows",
  ...PURE,
}, () => {
  const { errno } = constants;
  const expected: readonly (readonly [number, number])[] = [
    [errno.EINTR, codes.WSAEINTR],
    [errno.EBADF, codes.WSAENOTSOCK],
    [errno.EACCES, codes.WSAEACCES],
    [errno.EPERM, codes.WSAEACCES],
    [errno.EFAULT, codes.WSAEFAULT],
    [errno.EINVAL, codes.WSAEINVAL],
    [errno.EMFILE, codes.WSAEMFILE],
    [errno.EAGAIN, codes.WSAEWOULDBLOCK],
    [errno.EINPROGRESS, codes.WSAEINPROGRESS],
    [errno.EALREADY, codes.WSAEALREADY],
    [errno.ENOTSOCK, codes.WSAENOTSOCK],
    [errno.EDESTADDRREQ, codes.WSAEDESTADDRREQ],
    [errno.EMSGSIZE, codes.WSAEMSGSIZE],
    [errno.EPROTOTYPE, codes.WSAEPROTOTYPE],
    [errno.ENOPROTOOPT, codes.WSAENOPROTOOPT],
    [errno.EPROTONOSUPPORT, codes.WSAEPROTONOSUPPORT],
    [errno.EOPNOTSUPP, codes.WSAEOPNOTSUPP],
    [errno.EAFNOSUPPORT, codes.WSAEAFNOSUPPORT],
    [errno.EADDRINUSE, codes.WSAEADDRINUSE],
    [errno.EADDRNOTAVAIL, codes.WSAEADDRNOTAVAIL],
    [errno.ENETDOWN, codes.WSAENETDOWN],
    [errno.ENETUNREACH, codes.WSAENETUNREACH],
    [errno.ENETRESET, codes.WSAENETRESET],
    [errno.ECONNABORTED, codes.WSAECONNABORTED],
    [errno.ECONNRESET, codes.WSAECONNRESET],
    [errno.ENOBUFS, codes.WSAENOBUFS],
    [errno.EISCONN, codes.WSAEISCONN],
    [errno.ENOTCONN, codes.WSAENOTCONN],
    [errno.ETIMEDOUT, codes.WSAETIMEDOUT],
    [errno.ECONNREFUSED, codes.WSAECONNREFUSED],
    [errno.ELOOP, codes.WSAELOOP],
    [errno.ENAMETOOLONG, codes.WSAENAMETOOLONG],
    [errno.EHOSTUNREACH, codes.WSAEHOSTUNREACH],
    [errno.ENOTEMPTY, codes.WSAENOTEMPTY],
    [errno.EDQUOT, codes.WSAEDQUOT],
    [errno.ESTALE, codes.WSAESTALE],
    // What Winsock has no code for.
    [errno.ENOEXEC, codes.WSASYSCALLFAILURE],
  ];
  for (const [number, code] of expected) {
    assertEquals(toWinsockCode(number), code, `${number}`);
    // The second time it is known.
    assertEquals(toWinsockCode(number), code, `${number}`);
  }
});

Deno.test("toError() has the words of each code", PURE, () => {
  const error = toError("Cannot connect", codes.WSAECONNREFUSED);
  assertEquals(error.message, "Cannot connect: connection refused");
  const other = toError("Cannot send", codes.WSANOTINITIALISED);
  assertEquals(other.message, "Cannot send: WSAStartup was not called");
  const unknown = toError("Cannot send", codes.WSASYSCALLFAILURE);
  assertEquals(unknown.message, "Cannot send: a call of the system failed");
  assertEquals(hresultOf(unknown) & 0xffff, codes.WSASYSCALLFAILURE);
});

Deno.test("toLookupCode() knows what each platform returns", PURE, () => {
  assertEquals(toLookupCode(0, "linux"), 0);
  assertEquals(toLookupCode(-2, "linux"), codes.EAI_NONAME);
  assertEquals(toLookupCode(8, "darwin"), codes.EAI_NONAME);
  assertEquals(toLookupCode(11_001, "windows"), codes.EAI_NONAME);
  assertEquals(toLookupCode(-3, "linux"), codes.EAI_AGAIN);
  assertEquals(toLookupCode(2, "darwin"), codes.EAI_AGAIN);
  // EAI_SYSTEM.
  assertEquals(toLookupCode(-11, "linux"), codes.EAI_FAIL);
  assertEquals(toLookupCode(11, "darwin"), codes.EAI_FAIL);
});
