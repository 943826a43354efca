import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { WebErrorStatus } from "../../errors/web_error_status.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { anyNumber } from "./_test_utils.ts";

/** All pairs but those of HTTP, in the form in which references write them. */
const STATUSES: readonly [number, keyof typeof WebErrorStatus][] = [
  [0x80072EE2, "timeout"],
  [0x80072EE7, "hostNameNotResolved"],
  [0x80072EF1, "operationCanceled"],
  [0x80072EFD, "cannotConnect"],
  [0x80072EFE, "connectionAborted"],
  [0x80072EFF, "connectionReset"],
  [0x80072F05, "certificateExpired"],
  [0x80072F06, "certificateCommonNameIsIncorrect"],
  [0x80072F07, "httpToHttpsOnRedirection"],
  [0x80072F08, "httpsToHttpOnRedirection"],
  [0x80072F0D, "certificateIsInvalid"],
  [0x80072F17, "certificateContainsErrors"],
  [0x80072F78, "errorHttpInvalidServerResponse"],
  [0x80072F7C, "redirectFailed"],
  [0x80072F83, "disconnected"],
  [0x80072F84, "serverUnreachable"],
  [0x80072F89, "certificateIsInvalid"],
  [0x80072F8A, "certificateRevoked"],
  [0x80190001, "unexpectedStatusCode"],
  [0x80190003, "unexpectedRedirection"],
  [0x80190004, "unexpectedClientError"],
  [0x80190005, "unexpectedServerError"],
];

Deno.test("WebSocketError() carries its message, HRESULT and cause", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  const error = new WebSocketError("Cannot read: aborted", 0x80072EFE, {
    cause,
  });

  assertInstanceOf(error, Error);
  assertEquals(error.name, "WebSocketError");
  assertEquals(error.message, "Cannot read: aborted");
  assertEquals(error.hresult, -2147012866);
  assertEquals(error.number, -2147012866);
  assertEquals(error.status, WebErrorStatus.connectionAborted);
  assertStrictEquals(error.cause, cause);
  assertEquals(error.closeCode, null);
});

Deno.test("WebSocketError.closeCode is null when the peer was told none", {
  permissions: "none",
}, () => {
  for (const options of [undefined, {}, { cause: 1 }]) {
    const error = new WebSocketError("Cannot read", 0x80072EFE, options);
    assertEquals(error.closeCode, null);
  }
});

Deno.test("WebSocketError.closeCode is the code that the options have", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  for (const closeCode of [1002, 1007, 1009]) {
    const error = new WebSocketError("Cannot read", 0x80072EFE, {
      cause,
      closeCode,
    });
    assertEquals(error.closeCode, closeCode);
    assertStrictEquals(error.cause, cause);
  }
});

Deno.test("WebSocketError.getStatus() maps every HRESULT of the reference", {
  permissions: "none",
}, () => {
  for (const [hresult, status] of STATUSES) {
    const message = `0x${hresult.toString(16)}`;
    assertEquals(
      WebSocketError.getStatus(hresult),
      WebErrorStatus[status],
      message,
    );
    assertEquals(
      WebSocketError.getStatus(hresult | 0),
      WebErrorStatus[status],
      message,
    );
  }
});

Deno.test(
  "WebSocketError.getStatus() gives HTTP status n when given 0x80190000 + n",
  {
    permissions: "none",
  },
  () => {
    const statuses = Object.values(WebErrorStatus).filter((n) => n >= 300);
    for (const status of statuses) {
      assertEquals(WebSocketError.getStatus(0x80190000 + status), status);
      assertEquals(WebSocketError.getStatus((0x80190000 + status) | 0), status);
    }
    assertEquals(WebSocketError.getStatus(0x80190194), WebErrorStatus.notFound);
  },
);

Deno.test("WebSocketError.getStatus() is unknown when the number is unmapped", {
  permissions: "none",
}, () => {
  const unmapped = [0, -0, 404, 0x8007274D, 0x80190002, 0x80190000 + 600, NaN];
  const teapot = 0x80190000 + 418;
  const outside = [0x80072EE2, teapot].flatMap((hresult) => [
    hresult + 2 ** 32,
    hresult - 2 ** 33,
    hresult + .5,
  ]);
  for (const hresult of [...unmapped, ...outside, Infinity, -Infinity]) {
    assertEquals(
      WebSocketError.getStatus(hresult),
      WebErrorStatus.unknown,
      `${hresult}`,
    );
  }
});

Deno.test(
  "WebSocketError.getStatus() gives what is known of an HTTP status without a member",
  { permissions: "none" },
  () => {
    const statuses: readonly (readonly [number, WebErrorStatus])[] = [
      [100, WebErrorStatus.unexpectedStatusCode],
      [200, WebErrorStatus.unexpectedStatusCode],
      [308, WebErrorStatus.unexpectedRedirection],
      [418, WebErrorStatus.unexpectedClientError],
      [599, WebErrorStatus.unexpectedServerError],
    ];
    for (const [http, status] of statuses) {
      assertEquals(WebSocketError.getStatus(0x80190000 + http), status);
      assertEquals(WebSocketError.getStatus((0x80190000 + http) | 0), status);
    }
  },
);

Deno.test("WebSocketError.getStatus() gives a status when given any number", {
  permissions: "none",
}, () => {
  const statuses = new Set<number>(Object.values(WebErrorStatus));
  fc.assert(fc.property(anyNumber(), (hresult) => {
    return statuses.has(WebSocketError.getStatus(hresult));
  }));
});

Deno.test(
  "WebSocketError.getStatus() agrees when given signed and unsigned numbers",
  {
    permissions: "none",
  },
  () => {
    const mapped = fc.constantFrom(...STATUSES.map(([hresult]) => hresult | 0));
    const http = fc.integer({ min: 0, max: 1000 }).map((n) =>
      n + 0x80190000 | 0
    );
    fc.assert(fc.property(fc.oneof(mapped, http, fc.integer()), (hresult) => {
      return WebSocketError.getStatus(hresult) ===
        WebSocketError.getStatus(hresult >>> 0);
    }));
  },
);
