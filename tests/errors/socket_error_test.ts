import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { SocketError } from "../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { anyNumber } from "./_test_utils.ts";

/** All pairs, in the unsigned form in which references write HRESULTs. */
const STATUSES: readonly [number, keyof typeof SocketErrorStatus][] = [
  [0x800703E3, "operationAborted"],
  [0x80072F78, "httpInvalidServerResponse"],
  [0x8007274C, "connectionTimedOut"],
  [0x8007273F, "addressFamilyNotSupported"],
  [0x8007273C, "socketTypeNotSupported"],
  [0x80072AF9, "hostNotFound"],
  [0x80072AFA, "nonAuthoritativeHostNotFound"],
  [0x80072AFC, "noDataRecordOfRequestedType"],
  [0x8007277D, "classTypeNotFound"],
  [0x80072740, "addressAlreadyInUse"],
  [0x80072741, "cannotAssignRequestedAddress"],
  [0x80072742, "networkIsDown"],
  [0x80072743, "networkIsUnreachable"],
  [0x80072744, "networkDroppedConnectionOnReset"],
  [0x80072745, "softwareCausedConnectionAbort"],
  [0x80072746, "connectionResetByPeer"],
  [0x8007274D, "connectionRefused"],
  [0x80072750, "hostIsDown"],
  [0x80072751, "unreachableHost"],
  [0x800700E8, "noAddressesFound"],
  [0x80072728, "tooManyOpenFiles"],
  [0x80072738, "messageTooLong"],
  [0x800B0101, "certificateExpired"],
  [0x800B0102, "certificateExpired"],
  [0x800B0109, "certificateUntrustedRoot"],
  [0x800B010A, "certificateUntrustedRoot"],
  [0x800B010F, "certificateCommonNameIsIncorrect"],
  [0x800B0114, "certificateCommonNameIsIncorrect"],
  [0x800B0110, "certificateWrongUsage"],
  [0x800B010C, "certificateRevoked"],
  [0x800B0111, "certificateRevoked"],
  [0x80092010, "certificateRevoked"],
  [0x80092012, "certificateNoRevocationCheck"],
  [0x80092013, "certificateRevocationServerOffline"],
  [0x800B0103, "certificateIsInvalid"],
  [0x800B0104, "certificateIsInvalid"],
  [0x800B0105, "certificateIsInvalid"],
  [0x800B0106, "certificateIsInvalid"],
  [0x800B0107, "certificateIsInvalid"],
  [0x800B0108, "certificateIsInvalid"],
  [0x800B0113, "certificateIsInvalid"],
  [0x80096004, "certificateIsInvalid"],
  [0x80096019, "certificateIsInvalid"],
];

Deno.test("SocketError() carries its message, HRESULT and cause", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  const error = new SocketError("Cannot read: reset", 0x80072746, { cause });

  assertInstanceOf(error, Error);
  assertEquals(error.name, "SocketError");
  assertEquals(error.message, "Cannot read: reset");
  assertEquals(error.hresult, -2147014842);
  assertEquals(error.number, -2147014842);
  assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
  assertStrictEquals(error.cause, cause);
});

Deno.test("SocketError() has no cause when none is given", {
  permissions: "none",
}, () => {
  assertEquals("cause" in new SocketError("Cannot read: reset", 1), false);
});

Deno.test("SocketError.getStatus() maps every HRESULT of the reference", {
  permissions: "none",
}, () => {
  for (const [hresult, status] of STATUSES) {
    const message = `0x${hresult.toString(16)}`;
    assertEquals(
      SocketError.getStatus(hresult),
      SocketErrorStatus[status],
      message,
    );
    assertEquals(
      SocketError.getStatus(hresult | 0),
      SocketErrorStatus[status],
      message,
    );
  }
});

Deno.test("SocketError.getStatus() reaches every status", {
  permissions: "none",
}, () => {
  const reached = new Set(
    STATUSES.map(([hresult]) => SocketError.getStatus(hresult)),
  );

  assertEquals(
    [...reached, SocketErrorStatus.unknown].sort((a, b) => a - b),
    Object.values(SocketErrorStatus).sort((a, b) => a - b),
  );
});

Deno.test("SocketError.getStatus() is unknown when the number is unmapped", {
  permissions: "none",
}, () => {
  const unmapped = [0, -0, 1, 0x80070057, 0x8000000E, 0x80190194, NaN];
  const outside = [0x8007274D + 2 ** 32, 0x8007274D - 2 ** 33, 0x8007274D + .5];
  for (const hresult of [...unmapped, ...outside, Infinity, -Infinity]) {
    assertEquals(
      SocketError.getStatus(hresult),
      SocketErrorStatus.unknown,
      `${hresult}`,
    );
  }
});

Deno.test("SocketError.getStatus() gives a status when given any number", {
  permissions: "none",
}, () => {
  const statuses = new Set<number>(Object.values(SocketErrorStatus));
  fc.assert(fc.property(anyNumber(), (hresult) => {
    return statuses.has(SocketError.getStatus(hresult));
  }));
});

Deno.test(
  "SocketError.getStatus() agrees when given signed and unsigned numbers",
  {
    permissions: "none",
  },
  () => {
    const mapped = fc.constantFrom(...STATUSES.map(([hresult]) => hresult | 0));
    fc.assert(fc.property(fc.oneof(mapped, fc.integer()), (hresult) => {
      return SocketError.getStatus(hresult) ===
        SocketError.getStatus(hresult >>> 0);
    }));
  },
);
