import { assertEquals, assertInstanceOf } from "@std/assert";
import { CloseCode } from "../../../../sockets/web_socket/_codec/close_code.ts";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";

const PURE = { permissions: "none" } as const;

Deno.test("ProtocolFailure has the code that tells the peer", PURE, () => {
  const failure = new ProtocolFailure(CloseCode.protocolError, "Cannot read");
  assertInstanceOf(failure, Error);
  assertEquals(failure.name, "ProtocolFailure");
  assertEquals(failure.closeCode, 1002);
  assertEquals(failure.message, "Cannot read");
});
