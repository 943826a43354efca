import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatIPv6,
  isIPv4,
  parseIPv6,
} from "../../../sockets/addressing/_ip_address.ts";

/** Text to canonical text, or `null`. */
function canonical(text: string): string | null {
  const bytes = parseIPv6(text);
  return bytes === null ? null : formatIPv6(bytes);
}

Deno.test("isIPv4() takes four decimal numbers from 0 to 255", {
  permissions: "none",
}, () => {
  const valid = [
    "0.0.0.0",
    "127.0.0.1",
    "255.255.255.255",
    "1.10.100.200",
    "9.99.199.249",
  ];
  for (const text of valid) assert(isIPv4(text), text);
});

Deno.test("isIPv4() refuses everything else", { permissions: "none" }, () => {
  const invalid = [
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4.",
    ".1.2.3.4",
    "1..2.3",
    "256.1.1.1",
    "1.1.1.260",
    "1.1.1.300",
    "1.1.1.1000",
    "01.2.3.4",
    "1.2.3.00",
    "0x1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.4\n",
    "+1.2.3.4",
    "1.2.3.-4",
    "１.2.3.4",
    "1.2.3.٤",
  ];
  for (const text of invalid) assert(!isIPv4(text), text);
});

Deno.test("parseIPv6() reads the forms of RFC 4291, section 2.2", {
  permissions: "none",
}, () => {
  const forms: readonly (readonly [string, string])[] = [
    ["ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcdef0123456789".repeat(2)],
    ["2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["2001:DB8::8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["FF01::101", "ff010000000000000000000000000101"],
    ["::1", "00000000000000000000000000000001"],
    ["::", "00000000000000000000000000000000"],
    ["1::", "00010000000000000000000000000000"],
    ["0:0:0:0:0:0:13.1.68.3", "0000000000000000000000000d014403"],
    ["::13.1.68.3", "0000000000000000000000000d014403"],
    ["::FFFF:129.144.52.38", "00000000000000000000ffff81903426"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
  ];
  for (const [text, hex] of forms) {
    assertEquals(parseIPv6(text)?.toHex(), hex, text);
  }
});

Deno.test(
  "parseIPv6() refuses everything else",
  { permissions: "none" },
  () => {
    const invalid = [
      "",
      ":",
      ":::",
      "1",
      "1:",
      ":1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:",
      ":1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "1::2::3",
      "1:::2",
      "::1:",
      ":1::2",
      "12345::",
      "g::",
      "::1%eth0",
      "[::1]",
      "::1.2.3",
      "::01.2.3.4",
      "::1.2.3.256",
      "1.2.3.4::",
      "::1.2.3.4:5",
      "1:2:3:4:5:6:7:1.2.3.4",
      "1:2:3:4:5:6:7::1.2.3.4",
      "1.2.3.4",
      "::-1",
      ":: 1",
      "::0x1",
    ];
    for (const text of invalid) assertEquals(parseIPv6(text), null, text);
  },
);

Deno.test("formatIPv6() writes the form of RFC 5952", {
  permissions: "none",
}, () => {
  const forms: readonly (readonly [string, string])[] = [
    // Section 4.1: no leading zeros.
    ["2001:0db8::0001", "2001:db8::1"],
    // Section 4.2.1: as short as possible.
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8::0:1", "2001:db8::1"],
    // Section 4.2.2: not for one group alone.
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"],
    // Section 4.2.3: the longest run, the first of two.
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:0:0:2:0:0:0:0", "1:0:0:2::"],
    // Section 4.3: lower case.
    ["2001:DB8::AbCd", "2001:db8::abcd"],
    // Section 5: dotted decimal where the prefix tells of it.
    ["::ffff:c000:201", "::ffff:192.0.2.1"],
    ["::FFFF:0:0", "::ffff:0.0.0.0"],
    ["::192.0.2.1", "::c000:201"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["ffff:ffff::ffff", "ffff:ffff::ffff"],
  ];
  for (const [text, expected] of forms) {
    assertEquals(canonical(text), expected, text);
  }
});

Deno.test("parseIPv6() reads what formatIPv6() writes", {
  permissions: "none",
}, () => {
  // Zeros are frequent, for the runs of them.
  const byte = fc.oneof(fc.constant(0), fc.nat(255));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.array(byte, { minLength: 16, maxLength: 16 }),
      (uniform, sparse) => {
        for (const bytes of [uniform, Uint8Array.from(sparse)]) {
          assertEquals(parseIPv6(formatIPv6(bytes)), Uint8Array.from(bytes));
        }
      },
    ),
  );
});

Deno.test("formatIPv6() writes what the URL parser does", {
  permissions: "none",
}, () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const bytes = parseIPv6(text);
      assert(bytes !== null);
      const expected = new URL(`http://[${text}]`).hostname.slice(1, -1);
      // RFC 5952 wants IPv4-mapped addresses in another form than URLs have.
      if (!expected.startsWith("::ffff:")) {
        assertEquals(formatIPv6(bytes), expected);
      }
    }),
  );
});
