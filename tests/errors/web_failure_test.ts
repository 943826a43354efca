import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FAILURES } from "../../errors/_failure_table.ts";
import { SOCKET_STATUS_BY_HRESULT } from "../../errors/_socket_status_table.ts";
import { toWebSocketError } from "../../errors/_web_failure.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { BoundsError } from "../../errors/bounds_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { WebErrorStatus } from "../../errors/web_error_status.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { freedPort } from "./_test_utils.ts";

const LOOPBACK = "127.0.0.1";
const ACTION = 'Cannot connect to "ws://a.example/"';

type HResultName = keyof typeof HResult;
type StatusName = keyof typeof WebErrorStatus;

/** What each HRESULT of a socket error becomes. */
const ROWS: readonly [HResultName, StatusName, readonly HResultName[]][] = [
  ["WININET_E_CANNOT_CONNECT", "cannotConnect", [
    "E_ACCESSDENIED",
    "WSAEACCES",
    "WSAEINVAL",
    "WSAEMFILE",
    "WSAENOBUFS",
    "WSAEPROTONOSUPPORT",
    "WSAESOCKTNOSUPPORT",
    "WSAEAFNOSUPPORT",
    "WSAEADDRINUSE",
    "WSAEADDRNOTAVAIL",
    "WSAECONNREFUSED",
    "SEC_E_UNSUPPORTED_FUNCTION",
    "SEC_E_ILLEGAL_MESSAGE",
    "SEC_E_DECRYPT_FAILURE",
    "SEC_E_ALGORITHM_MISMATCH",
    "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
  ]],
  ["WININET_E_SERVER_UNREACHABLE", "serverUnreachable", [
    "WSAENETDOWN",
    "WSAENETUNREACH",
    "WSAEHOSTDOWN",
    "WSAEHOSTUNREACH",
  ]],
  ["WININET_E_NAME_NOT_RESOLVED", "hostNameNotResolved", [
    "WSATYPE_NOT_FOUND",
    "WSAHOST_NOT_FOUND",
    "WSATRY_AGAIN",
    "WSANO_RECOVERY",
    "WSANO_DATA",
  ]],
  ["WININET_E_TIMEOUT", "timeout", ["WSAETIMEDOUT"]],
  ["WININET_E_CONNECTION_RESET", "connectionReset", [
    "WSAENETRESET",
    "WSAECONNRESET",
  ]],
  ["WININET_E_CONNECTION_ABORTED", "connectionAborted", [
    "WSAECONNABORTED",
    "WSAENOTCONN",
    "WSAESHUTDOWN",
  ]],
  ["WININET_E_OPERATION_CANCELLED", "operationCanceled", [
    "E_ABORT",
    "ERROR_OPERATION_ABORTED",
    "ERROR_CANCELLED",
  ]],
  ["WININET_E_SEC_CERT_DATE_INVALID", "certificateExpired", [
    "CERT_E_EXPIRED",
    "CERT_E_VALIDITYPERIODNESTING",
  ]],
  ["WININET_E_SEC_CERT_CN_INVALID", "certificateCommonNameIsIncorrect", [
    "CERT_E_CN_NO_MATCH",
    "CERT_E_INVALID_NAME",
  ]],
  ["WININET_E_INVALID_CA", "certificateIsInvalid", [
    "CERT_E_UNTRUSTEDROOT",
    "CERT_E_CHAINING",
  ]],
  ["WININET_E_SEC_CERT_REVOKED", "certificateRevoked", [
    "CRYPT_E_REVOKED",
    "CERT_E_REVOKED",
    "TRUST_E_EXPLICIT_DISTRUST",
  ]],
  ["WININET_E_SEC_CERT_ERRORS", "certificateContainsErrors", [
    "CRYPT_E_NO_REVOCATION_CHECK",
    "CRYPT_E_REVOCATION_OFFLINE",
  ]],
  ["WININET_E_SEC_INVALID_CERT", "certificateIsInvalid", [
    "SEC_E_NO_CREDENTIALS",
    "TRUST_E_CERT_SIGNATURE",
    "TRUST_E_BASIC_CONSTRAINTS",
    "CERT_E_ROLE",
    "CERT_E_PATHLENCONST",
    "CERT_E_CRITICAL",
    "CERT_E_PURPOSE",
    "CERT_E_ISSUERCHAINING",
    "CERT_E_MALFORMED",
    "CERT_E_WRONG_USAGE",
    "CERT_E_INVALID_POLICY",
  ]],
  ["E_FAIL", "unknown", [
    "E_FAIL",
    "ERROR_NO_DATA",
    "WSAEMSGSIZE",
    "WSAEOPNOTSUPP",
    "WSAEISCONN",
  ]],
];

/** Asserts that a failure becomes an error of a WebSocket, and gives it. */
function assertBecomes(
  cause: unknown,
  hresult: HResultName,
  status: StatusName,
): WebSocketError {
  const error = toWebSocketError(cause, ACTION);
  assertInstanceOf(error, WebSocketError);
  assertEquals(error.hresult, HResult[hresult]);
  assertEquals(error.status, WebErrorStatus[status]);
  assertEquals(error.closeCode, null);
  return error;
}

Deno.test("toWebSocketError() gives the WinINet error of the same meaning", {
  permissions: "none",
}, () => {
  for (const [hresult, status, sources] of ROWS) {
    for (const source of sources) {
      const cause = new SocketError(`Cannot: ${source}`, HResult[source]);
      const error = assertBecomes(cause, hresult, status);
      assertEquals(error.message, `Cannot: ${source}`);
      assertStrictEquals(error.cause, cause);
    }
  }
});

Deno.test("toWebSocketError() knows every failure of the runtime", {
  permissions: "none",
}, () => {
  const known = new Set<number>(
    ROWS.flatMap(([, , sources]) => sources.map((source) => HResult[source])),
  );
  const unknown = FAILURES.filter(({ hresult }) => !known.has(hresult));
  assertEquals(unknown, []);
});

Deno.test("toWebSocketError() keeps a fault of the certificate one", {
  permissions: "none",
}, () => {
  for (const [hresult, status] of SOCKET_STATUS_BY_HRESULT) {
    const error = toWebSocketError(new SocketError("Cannot", hresult), ACTION);
    assertInstanceOf(error, WebSocketError);
    assertEquals(
      error.status >= WebErrorStatus.certificateCommonNameIsIncorrect &&
        error.status <= WebErrorStatus.certificateIsInvalid,
      status >= SocketErrorStatus.certificateExpired,
      `0x${(hresult >>> 0).toString(16)}`,
    );
  }
});

Deno.test(
  "toWebSocketError() passes the other errors of this library through",
  {
    permissions: "none",
  },
  () => {
    const errors = [
      new ArgumentError("a"),
      new BoundsError("b"),
      new ClosedError("c"),
      new InvalidOperationError("i"),
      new WebSocketError("w", HResult.WININET_E_TIMEOUT, { closeCode: 1002 }),
    ];
    for (const error of errors) {
      assertStrictEquals(toWebSocketError(error, ACTION), error);
    }
  },
);

Deno.test("toWebSocketError() classifies what the runtime throws", {
  permissions: { net: [LOOPBACK] },
}, async () => {
  const refusal = await assertRejects(() =>
    Deno.connect({ hostname: LOOPBACK, port: freedPort() })
  );

  const error = assertBecomes(
    refusal,
    "WININET_E_CANNOT_CONNECT",
    "cannotConnect",
  );

  assertEquals(error.message, `${ACTION}: connection refused`);
  assertInstanceOf(error.cause, SocketError);
  assertEquals(error.cause.hresult, HResult.WSAECONNREFUSED);
  assertStrictEquals(error.cause.cause, refusal);
});

Deno.test(
  "toWebSocketError() gives hostNameNotResolved when there is no such name",
  {
    permissions: { net: ["nothing.invalid"] },
  },
  async () => {
    // A name that is never registered (RFC 6761, section 6.4).
    const cause = await assertRejects(() =>
      Deno.connect({ hostname: "nothing.invalid", port: 80 })
    );

    assertBecomes(cause, "WININET_E_NAME_NOT_RESOLVED", "hostNameNotResolved");
  },
);

Deno.test(
  "toWebSocketError() gives operationCanceled when a resource is closed",
  {
    permissions: { net: [LOOPBACK] },
  },
  async () => {
    const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    listener.close();

    const cause = await assertRejects(() => listener.accept());

    assertBecomes(cause, "WININET_E_OPERATION_CANCELLED", "operationCanceled");
  },
);

Deno.test("toWebSocketError() gives E_FAIL when nothing is known", {
  permissions: "none",
}, () => {
  const error = assertBecomes(new Error("What now?"), "E_FAIL", "unknown");

  assertEquals(error.message, `${ACTION}: What now?`);
});

Deno.test("toWebSocketError() passes what Deno denies through", {
  permissions: { net: false },
}, async () => {
  const cause = await assertRejects(
    () => Deno.connect({ hostname: LOOPBACK, port: 1 }),
    Deno.errors.NotCapable,
  );

  assertStrictEquals(toWebSocketError(cause, ACTION), cause);
});
