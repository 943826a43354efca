import { assertEquals } from "@std/assert";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";

/** The members and numbers of the reference page. */
const REFERENCE = {
  unknown: 0,
  operationAborted: 1,
  httpInvalidServerResponse: 2,
  connectionTimedOut: 3,
  addressFamilyNotSupported: 4,
  socketTypeNotSupported: 5,
  hostNotFound: 6,
  noDataRecordOfRequestedType: 7,
  nonAuthoritativeHostNotFound: 8,
  classTypeNotFound: 9,
  addressAlreadyInUse: 10,
  cannotAssignRequestedAddress: 11,
  connectionRefused: 12,
  networkIsUnreachable: 13,
  unreachableHost: 14,
  networkIsDown: 15,
  networkDroppedConnectionOnReset: 16,
  softwareCausedConnectionAbort: 17,
  connectionResetByPeer: 18,
  hostIsDown: 19,
  noAddressesFound: 20,
  tooManyOpenFiles: 21,
  messageTooLong: 22,
  certificateExpired: 23,
  certificateUntrustedRoot: 24,
  certificateCommonNameIsIncorrect: 25,
  certificateWrongUsage: 26,
  certificateRevoked: 27,
  certificateNoRevocationCheck: 28,
  certificateRevocationServerOffline: 29,
  certificateIsInvalid: 30,
};

Deno.test("SocketErrorStatus has the members and numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals<Record<string, number>>(SocketErrorStatus, REFERENCE);
});
