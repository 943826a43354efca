import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodeResponse,
  encodeQuery,
  RecordType,
} from "../../examples/dns/message.ts";
import { readName, writeName } from "../../examples/dns/name.ts";
import { DataWriter } from "../../mod.ts";

/** Bytes of what is written in hexadecimal. */
function hex(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(parts.join(""));
}

Deno.test("encodeQuery() makes a header and a question", {
  permissions: "none",
}, () => {
  const query = { id: 0x1234, name: "a.test", type: RecordType.AAAA };
  const question = "0161" + "0474657374" + "00" + "001c0001";
  assertEquals(
    encodeQuery(query),
    hex("12340000" + "0001000000000000", question),
  );
  assertEquals(
    encodeQuery({ ...query, recursion: true }),
    hex("12340100" + "0001000000000000", question),
  );
});

Deno.test("decodeResponse() reads addresses and names", {
  permissions: "none",
}, () => {
  const message = hex(
    "1234818000010004" + "00000000",
    "0161" + "0474657374" + "00" + "00ff0001",
    "c00c" + "0001" + "0001" + "0000003c" + "0004" + "c0000207",
    "c00c" + "001c" + "0001" + "0000003c" + "0010",
    "20010db8000000000000000000000001",
    "c00c" + "000c" + "0001" + "00000000" + "0004" + "0162" + "c00e",
    // A text (TXT).
    "c00c" + "0010" + "0001" + "00000000" + "0002" + "0178",
  );
  assertEquals(decodeResponse(message), {
    id: 0x1234,
    code: 0,
    answers: [
      { name: "a.test", type: 1, ttl: 60, data: "192.0.2.7" },
      { name: "a.test", type: 28, ttl: 60, data: "2001:db8::1" },
      { name: "a.test", type: 12, ttl: 0, data: "b.test" },
      { name: "a.test", type: 16, ttl: 0, data: null },
    ],
  });
});

Deno.test("decodeResponse() gives null for a question", {
  permissions: "none",
}, () => {
  const query = encodeQuery({ id: 1, name: "a.test", type: RecordType.A });
  assertEquals(decodeResponse(query), null);
});

Deno.test("decodeResponse() reads any bytes, or throws RangeError", {
  permissions: "none",
}, () => {
  const header = hex("0000" + "8000" + "0001" + "0002" + "00000000");
  const bytes = fc.uint8Array({ maxLength: 64 });
  fc.assert(fc.property(bytes, (rest) => {
    try {
      decodeResponse(Uint8Array.from([...header, ...rest]));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }));
});

const NAMES = [
  ["a.b", "0161" + "0162" + "00"],
  ["", "00"],
  ["B\u00fcro\\.2 \\\\.local", "0942c3bc726f2e32205c" + "056c6f63616c" + "00"],
  ["a\\007.\\194\\133", "026107" + "02c285" + "00"],
  ["x".repeat(63), "3f" + "78".repeat(63) + "00"],
] as const;

for (const [name, encoded] of NAMES) {
  Deno.test(`readName() and writeName() agree on "${name.slice(0, 20)}"`, {
    permissions: "none",
  }, () => {
    const writer = new DataWriter();
    writeName(writer, name);
    const bytes = writer.detachBuffer();
    assertEquals(bytes, hex(encoded));
    assertEquals(readName(bytes, 0), { name, end: bytes.length });
  });
}

for (
  const name of ["x".repeat(64), "\u00fc".repeat(32), "x.".repeat(127) + "x"]
) {
  Deno.test(
    `writeName() throws RangeError for a name of ${name.length} characters`,
    { permissions: "none" },
    () => {
      assertThrows(() => writeName(new DataWriter(), name), RangeError, name);
    },
  );
}

const MALFORMED = [
  ["c000", "a pointer does not lead back"],
  ["c005", "a pointer does not lead back"],
  ["c0", "it ends within a name"],
  ["0161", "it ends within a name"],
  ["0361", "it ends within a name"],
  ["40" + "61".repeat(64) + "00", "a name is too long"],
  ["0161".repeat(128) + "00", "a name is too long"],
] as const;

for (const [encoded, reason] of MALFORMED) {
  Deno.test(
    `readName() throws RangeError when ${reason}: ${encoded.slice(0, 8)}`,
    { permissions: "none" },
    () => {
      assertThrows(() => readName(hex(encoded), 0), RangeError, reason);
    },
  );
}

Deno.test("readName() does not go round between two pointers", {
  permissions: "none",
}, () => {
  assertThrows(() => readName(hex("0161c004", "0162c000"), 4), RangeError);
});
