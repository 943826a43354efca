import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import {
  checkCloseArguments,
  encodeClose,
  parseClose,
} from "../../../../sockets/web_socket/_codec/close_frame.ts";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";

const PURE = { permissions: "none" } as const;
/** What may be in a close frame: from, to. */
const SENDABLE = [[1000, 1003], [1007, 1014], [3000, 4999]] as const;

function isSendable(code: number): boolean {
  return SENDABLE.some(([from, to]) => code >= from && code <= to);
}

function toHex(code: number): string {
  return code.toString(16).padStart(4, "0");
}

function assertFails(hex: string, code: number, message: string): void {
  const payload = Uint8Array.fromHex(hex);
  const failure = assertThrows(() => parseClose(payload), ProtocolFailure);
  assertEquals([failure.closeCode, failure.message], [code, message]);
}

function assertRefuses(code: unknown, reason: unknown, message: string): void {
  const error = assertThrows(
    () => checkCloseArguments(code, reason),
    ArgumentError,
  );
  assertEquals(error.message, message);
}

Deno.test("encodeClose() writes the code and the reason", PURE, () => {
  assertEquals(encodeClose(1000, "").toHex(), "03e8");
  assertEquals(encodeClose(1001, "é€").toHex(), "03e9c3a9e282ac");
  assertEquals(encodeClose(4999, "a").toHex(), "138761");
});

Deno.test("encodeClose() writes nothing for no code and for 1005", PURE, () => {
  assertEquals(encodeClose(null, ""), new Uint8Array(0));
  assertEquals(encodeClose(1005, ""), new Uint8Array(0));
});

Deno.test("parseClose() reads 1005 when there is nothing", PURE, () => {
  assertEquals(parseClose(new Uint8Array(0)), { code: 1005, reason: "" });
});

Deno.test("parseClose() reads the code and the reason", PURE, () => {
  const read = (hex: string): unknown => parseClose(Uint8Array.fromHex(hex));
  assertEquals(read("03e8"), { code: 1000, reason: "" });
  assertEquals(read("03e9c3a9e282ac"), { code: 1001, reason: "é€" });
  assertEquals(read("0bb8efbbbf61"), { code: 3000, reason: "\ufeffa" });
});

Deno.test("parseClose() throws 1002 when there is half a code", PURE, () => {
  const message = 'Cannot read the close frame of "1" byte: a code has two';
  assertFails("03", 1002, message);
});

Deno.test("parseClose() throws 1002 when the code is never sent", PURE, () => {
  for (let code = 0; code <= 0xffff; code++) {
    if (isSendable(code)) {
      const payload = Uint8Array.fromHex(toHex(code));
      assertEquals(parseClose(payload), { code, reason: "" });
    } else if (code < 6000 || code % 251 === 0) {
      const message =
        `Cannot read the close frame with the code "${code}": it is never sent`;
      assertFails(toHex(code), 1002, message);
    }
  }
});

Deno.test("parseClose() throws 1007 when the reason is not UTF-8", PURE, () => {
  for (const reason of ["80", "61c3", "eda080", "f4908080"]) {
    assertFails(
      `03e8${reason}`,
      1007,
      `Cannot read the close frame with the reason "${reason}": it is not UTF-8`,
    );
  }
});

Deno.test("parseClose() throws 1002 when the code is bad as well", PURE, () => {
  assertFails(
    "03e780",
    1002,
    'Cannot read the close frame with the code "999": it is never sent',
  );
});

Deno.test("checkCloseArguments() takes what parseClose() reads", PURE, () => {
  const code = fc.oneof(
    ...SENDABLE.map(([min, max]) => fc.integer({ min, max })),
  );
  const reason = fc.string({ unit: "binary", maxLength: 30 });
  fc.assert(fc.property(code, reason, (code, reason) => {
    checkCloseArguments(code, reason);
    assertEquals(parseClose(encodeClose(code, reason)), { code, reason });
  }));
});

Deno.test("checkCloseArguments() takes 1005 without a reason", PURE, () => {
  checkCloseArguments(1005, "");
  assertRefuses(
    1005,
    "bye",
    'Cannot close with the code 1005 and the reason "bye": the reason must be empty, since nothing is sent',
  );
});

Deno.test("checkCloseArguments() refuses other codes", PURE, () => {
  const codes = [
    ...[0, 999, 1004, 1006, 1015, 1016, 2999, 5000, -1000, 1000.5, NaN],
    ...[0x10000 + 1000, Infinity, "1000", null, undefined, 1000n, {}],
  ];
  for (const code of codes) {
    assertThrows(() => checkCloseArguments(code, ""), ArgumentError);
  }
  assertRefuses(
    1006,
    "",
    "Cannot close with the code 1006: it must be 1000 to 1003, 1005, 1007 to 1014 or 3000 to 4999",
  );
});

Deno.test(
  "checkCloseArguments() refuses a reason that is no string",
  PURE,
  () => {
    assertRefuses(
      1000,
      undefined,
      "Cannot close with the reason undefined: it must be a string",
    );
    assertRefuses(
      1005,
      1,
      "Cannot close with the reason 1: it must be a string",
    );
  },
);

Deno.test("checkCloseArguments() takes a reason of 123 bytes", PURE, () => {
  checkCloseArguments(1000, "a".repeat(123));
  checkCloseArguments(1000, "€".repeat(41));
  const message =
    'Cannot close with a reason of "124" bytes in UTF-8: it must have 123 at most';
  assertRefuses(1000, "a".repeat(124), message);
  assertRefuses(1000, "€".repeat(41) + "a", message);
});

Deno.test(
  "checkCloseArguments() refuses half of a surrogate pair",
  PURE,
  () => {
    assertRefuses(
      1000,
      "a\ud83d",
      String
        .raw`Cannot close with the reason "a\ud83d": it must not have half of a surrogate pair`,
    );
    checkCloseArguments(1000, "a\ud83d\ude00");
  },
);
