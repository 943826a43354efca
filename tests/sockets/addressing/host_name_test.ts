import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";
import { HostNameType } from "../../../sockets/addressing/host_name_type.ts";

const { domainName, ipv4, ipv6 } = HostNameType;

/** Input, canonical name, display name. */
const NAMES: readonly (readonly [string, string, string])[] = [
  ["localhost", "localhost", "localhost"],
  ["db.example", "db.example", "db.example"],
  ["WWW.Example.COM", "www.example.com", "www.example.com"],
  ["example.com.", "example.com", "example.com"],
  ["a", "a", "a"],
  ["a-b", "a-b", "a-b"],
  ["a--b", "a--b", "a--b"],
  ["my_host", "my_host", "my_host"],
  ["_sip._tcp.example", "_sip._tcp.example", "_sip._tcp.example"],
  ["3com.com", "3com.com", "3com.com"],
  ["1.2.3.4.example", "1.2.3.4.example", "1.2.3.4.example"],
  ["0x7f.example", "0x7f.example", "0x7f.example"],
  ["1.2.3.4a", "1.2.3.4a", "1.2.3.4a"],
  ["1e3", "1e3", "1e3"],
  ["0xg", "0xg", "0xg"],
  ["constructor", "constructor", "constructor"],
  ["Bücher.example", "xn--bcher-kva.example", "bücher.example"],
  ["XN--BCHER-KVA.example", "xn--bcher-kva.example", "bücher.example"],
  ["faß.de", "xn--fa-hia.de", "faß.de"],
  ["💩.la", "xn--ls8h.la", "💩.la"],
  ["例え.テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"],
  ["例え。テスト。", "xn--r8jz45g.xn--zckzah", "例え.テスト"],
  ["مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv", "مثال.إختبار"],
  ["_sip.bücher.example", "_sip.xn--bcher-kva.example", "_sip.bücher.example"],
  ["ⅷ.example", "viii.example", "viii.example"],
  ["１２７.example", "127.example", "127.example"],
  [`${"a".repeat(63)}.b`, `${"a".repeat(63)}.b`, `${"a".repeat(63)}.b`],
];

/** Names of 253 and 254 characters. */
const LONGEST = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${
  "d".repeat(61)
}`;
const TOO_LONG = `${LONGEST}d`;

/** Input, canonical name. */
const ADDRESSES: readonly (readonly [string, string, HostNameType])[] = [
  ["0.0.0.0", "0.0.0.0", ipv4],
  ["127.0.0.1", "127.0.0.1", ipv4],
  ["255.255.255.255", "255.255.255.255", ipv4],
  ["::", "::", ipv6],
  ["::1", "::1", ipv6],
  ["0:0:0:0:0:0:0:1", "::1", ipv6],
  ["FE80::1", "fe80::1", ipv6],
  [
    "21DA:00D3:0000:2F3B:02AA:00FF:FE28:9C5A",
    "21da:d3:0:2f3b:2aa:ff:fe28:9c5a",
    ipv6,
  ],
  ["::ffff:7f00:1", "::ffff:127.0.0.1", ipv6],
  ["::FFFF:127.0.0.1", "::ffff:127.0.0.1", ipv6],
  ["fe80::1%eth0", "fe80::1%eth0", ipv6],
  ["FE80:0::1%Eth0.1_a-b~c", "fe80::1%Eth0.1_a-b~c", ipv6],
  ["fe80::1%2", "fe80::1%2", ipv6],
  ["ff02::1%lo", "ff02::1%lo", ipv6],
];

const INVALID: readonly string[] = [
  "",
  // White space and control characters.
  " ",
  " localhost",
  "localhost ",
  "local host",
  "localhost\t",
  "localhost\n",
  "local\0host",
  "\x7flocalhost",
  "\u0085localhost",
  "\u00a0localhost",
  "localhost\u3000",
  "\ufefflocalhost",
  "local\u2028host",
  " 127.0.0.1",
  "127.0.0.1\n",
  "::1 ",
  "fe80::1% eth0",
  // Labels.
  ".",
  "..",
  ".example",
  "a..b",
  "example..",
  "。",
  "-a",
  "a-",
  "a-.b",
  "a.-b",
  "bücher-.example",
  `${"a".repeat(64)}.b`,
  "ü".repeat(63),
  TOO_LONG,
  `${TOO_LONG}.`,
  "a!b",
  "a*",
  "*.example",
  "a,b",
  "a'b",
  'a"b',
  "a\\b",
  "a%41",
  "%61",
  "bü!cher",
  // Numbers that are no address.
  "1",
  "1.2",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.4.",
  "256.1.1.1",
  "01.2.3.4",
  "1.2.3.04",
  "127.0.0.0x1",
  "0x7f.1",
  "0x7f000001",
  "0X7F",
  "0x",
  "example.1",
  "example.0x1f.",
  "１２７.0.0.1",
  "１２７.０.０.１",
  "example.１",
  "127。0。0。1",
  // Not IPv6.
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "12345::",
  "::1.2.3.4.5",
  "::01.2.3.4",
  "[::1]",
  "[::1]:80",
  "[::1",
  "::1]",
  "[fe80::1%eth0]",
  "fe80::1%",
  "fe80::1%eth 0",
  "fe80::1%25eth0%1",
  "fe80::1%eth/0",
  "fe80::1%éth0",
  "%eth0",
  "example%eth0",
  "127.0.0.1%eth0",
  // Ports, URLs, users, paths.
  "localhost:80",
  "localhost:",
  ":80",
  "127.0.0.1:80",
  "http://localhost",
  "http://localhost:80/",
  "//localhost",
  "localhost/",
  "localhost/path",
  "localhost?query",
  "localhost#fragment",
  "user@localhost",
  "user:password@localhost",
  // Bluetooth.
  "(01:23:45:67:89:ab)",
  "(01-23-45-67-89-AB)",
  "(0123456789ab)",
  // Not internationalized names.
  "xn--a",
  "xn--",
  "XN--A.example",
  "xn--xn---",
  "a\u200db",
  "\u00ad",
  "\ud800.example",
  "١٢٣.example",
  "1א.example",
];

Deno.test("HostName() takes domain names", { permissions: "none" }, () => {
  for (const [text, canonicalName, displayName] of NAMES) {
    const host = new HostName(text);
    assertEquals(host.type, domainName, text);
    assertEquals(host.rawName, text);
    assertEquals(host.canonicalName, canonicalName, text);
    assertEquals(host.displayName, displayName, text);
    assertEquals(host.ipInformation, null, text);
  }
});

Deno.test("HostName() takes IPv4 and IPv6 addresses", {
  permissions: "none",
}, () => {
  for (const [text, canonicalName, type] of ADDRESSES) {
    const host = new HostName(text);
    assertEquals(host.type, type, text);
    assertEquals(host.rawName, text);
    assertEquals(host.canonicalName, canonicalName, text);
    assertEquals(host.displayName, canonicalName, text);
    assertEquals(host.ipInformation, null, text);
  }
});

Deno.test("HostName() takes 253 characters, not counting the final dot", {
  permissions: "none",
}, () => {
  assertEquals(LONGEST.length, 253);
  assertEquals(new HostName(LONGEST).canonicalName, LONGEST);
  assertEquals(new HostName(`${LONGEST}.`).canonicalName, LONGEST);
  assertThrows(() => new HostName(TOO_LONG), ArgumentError, "longer than 253");
});

Deno.test(
  "HostName() counts the characters of internationalized names in their ASCII form",
  {
    permissions: "none",
  },
  () => {
    // Each label is 4 characters of text, and 12 in ASCII.
    const labels = (count: number): string =>
      Array<string>(count).fill("aüöä").join(".");
    const [length] = [new HostName(labels(1)).canonicalName.length];

    const most = Math.floor(254 / (length + 1));
    assertEquals(new HostName(labels(most)).type, domainName);
    assertThrows(
      () => new HostName(labels(most + 1)),
      ArgumentError,
      "longer than 253",
    );
  },
);

Deno.test(
  "HostName() throws E_INVALIDARG and quotes the input when it is no host name",
  {
    permissions: "none",
  },
  () => {
    for (const text of INVALID) {
      const error = assertThrows(
        () => new HostName(text),
        ArgumentError,
        undefined,
        JSON.stringify(text),
      );
      assertEquals(error.hresult, HResult.E_INVALIDARG);
      assertStringIncludes(error.message, JSON.stringify(text));
    }
  },
);

Deno.test("HostName() says what is wrong", { permissions: "none" }, () => {
  const reasons: readonly (readonly [string, string])[] = [
    ["", "it is empty"],
    [" a", "it has white space or a control character"],
    ["http://a/", "it is a URL, pass its host name alone"],
    ["[::1]", "leave out the brackets"],
    ["a:80", "leave out the port, it is the service name"],
    ["[::1]:80", "leave out the port, it is the service name"],
    ["1:2:3", "it is not an IPv6 address"],
    ["fe80::1%", "its zone is not the name of a network interface"],
    ["(01:23:45:67:89:ab)", "Bluetooth is not supported"],
    ["xn--a", "it is not a valid internationalized domain name"],
    [
      "a..b",
      "its labels must be 1 to 63 letters, digits, hyphens or underscores, " +
      "without a hyphen at either end",
    ],
    [
      "256.1.1.1",
      "it ends in a number, but is not four decimal numbers from 0 to 255 " +
      "without leading zeros",
    ],
  ];
  for (const [text, reason] of reasons) {
    const error = assertThrows(() => new HostName(text), ArgumentError);
    assertEquals(
      error.message,
      `Cannot use "${text}" as a host name: ${reason}`,
    );
  }
});

Deno.test("HostName() throws E_INVALIDARG when the value is not a string", {
  permissions: "none",
}, () => {
  const values: readonly (readonly [unknown, string])[] = [
    [null, "null"],
    [undefined, "undefined"],
    [80, "80"],
    [true, "true"],
    [1n, "1"],
    [Symbol("a"), "Symbol(a)"],
    [{}, "an object"],
    [Object.create(null), "an object"],
    [["a"], "an array"],
    [new HostName("a"), "an object"],
    [() => "a", "a function"],
  ];
  for (const [value, text] of values) {
    const error = assertThrows(
      () => Reflect.construct(HostName, [value]),
      ArgumentError,
    );
    assertEquals(error.hresult, HResult.E_INVALIDARG);
    assertEquals(
      error.message,
      `Cannot use ${text} as a host name: it must be a string`,
    );
  }
});

Deno.test(
  "HostName() gives a host name or throws ArgumentError for any string",
  {
    permissions: "none",
  },
  () => {
    const pieces = fc.constantFrom(
      ..."az09AZ-_.:%[]()/@ \t\0üß。１",
      "xn--",
      "::",
      "0x",
      "255",
      "256",
      "localhost",
      "\u00ad",
      "\u200d",
      "\ud800",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
      fc.domain(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(text, (text) => {
        let host;
        try {
          host = new HostName(text);
        } catch (error) {
          assert(error instanceof ArgumentError);
          assertEquals(error.hresult, HResult.E_INVALIDARG);
          assertStringIncludes(error.message, JSON.stringify(text));
          return;
        }
        assertEquals(host.rawName, text);
        const again = new HostName(host.canonicalName);
        assertEquals(again.canonicalName, host.canonicalName);
        assertEquals(again.type, host.type);
        assert(/^[\da-z._:-]{1,253}(%[\w.~-]+)?$/.test(host.canonicalName));
        assertEquals(
          new HostName(host.displayName).canonicalName,
          host.canonicalName,
        );
      }),
      { numRuns: 2000 },
    );
  },
);

Deno.test("HostName() takes every domain, IPv4 address and IPv6 address", {
  permissions: "none",
}, () => {
  fc.assert(
    fc.property(fc.domain(), (text) => {
      assertEquals(new HostName(text).type, domainName);
    }),
  );
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      assertEquals(new HostName(text).type, ipv4);
      assertEquals(new HostName(text).canonicalName, text);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      assertEquals(new HostName(text).type, ipv6);
    }),
  );
});

Deno.test(
  "HostName.isEqual() is true if and only if the canonical names are equal",
  {
    permissions: "none",
  },
  () => {
    const same: readonly (readonly [string, string])[] = [
      ["a.example", "A.EXAMPLE."],
      ["bücher.example", "xn--bcher-kva.example"],
      ["::1", "0:0:0:0:0:0:0:1"],
      ["fe80::1%eth0", "FE80::1%eth0"],
    ];
    for (const [one, other] of same) {
      assert(new HostName(one).isEqual(new HostName(other)));
    }
    const different: readonly (readonly [string, string])[] = [
      ["a.example", "b.example"],
      ["::1", "127.0.0.1"],
      ["127.0.0.1", "::ffff:127.0.0.1"],
      ["fe80::1%eth0", "fe80::1%eth1"],
      ["fe80::1%eth0", "fe80::1"],
    ];
    for (const [one, other] of different) {
      assertFalse(new HostName(one).isEqual(new HostName(other)));
    }
  },
);

Deno.test(
  "HostName.isEqual() throws ArgumentError when it is not given a HostName",
  {
    permissions: "none",
  },
  () => {
    const host = new HostName("a");
    for (const value of [null, undefined, "a", 1, {}]) {
      assertThrows(
        () => Reflect.apply(host.isEqual, host, [value]),
        ArgumentError,
        "it must be a HostName",
      );
    }
  },
);

Deno.test("HostName.toString() gives the raw name", {
  permissions: "none",
}, () => {
  assertEquals(new HostName("Bücher.Example.").toString(), "Bücher.Example.");
  assertEquals(`${new HostName("0::1")}`, "0::1");
});

Deno.test(
  "HostName.compare() canonicalises both; 0 when equal, else lexicographic sign",
  {
    permissions: "none",
  },
  () => {
    assertEquals(HostName.compare("a.example", "A.EXAMPLE."), 0);
    assertEquals(
      HostName.compare("bücher.example", "xn--bcher-kva.example"),
      0,
    );
    assertEquals(HostName.compare("::1", "0:0::1"), 0);
    assertEquals(HostName.compare("a.example", "B.example"), -1);
    assertEquals(HostName.compare("B.example", "a.example"), 1);
    assertEquals(HostName.compare("z.example", "ä.example"), 1);
  },
);

Deno.test(
  "HostName.compare() throws ArgumentError when a value is no host name",
  {
    permissions: "none",
  },
  () => {
    assertThrows(() => HostName.compare("a b", "a"), ArgumentError, '"a b"');
    assertThrows(() => HostName.compare("a", "a b"), ArgumentError, '"a b"');
    assertThrows(
      () => Reflect.apply(HostName.compare, HostName, ["a", null]),
      ArgumentError,
      "null",
    );
  },
);

Deno.test("HostName.compare() is an order", { permissions: "none" }, () => {
  const text = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      // -0 is not 0 for assertEquals().
      assertEquals(HostName.compare(a, b) + HostName.compare(b, a), 0);
      assertEquals(HostName.compare(a, a), 0);
      assertEquals(
        HostName.compare(a, b) === 0,
        new HostName(a).isEqual(new HostName(b)),
      );
      const [x, y, z] = [a, b, c].sort(HostName.compare);
      assert(x !== undefined && y !== undefined && z !== undefined);
      assert(HostName.compare(x, y) <= 0);
      assert(HostName.compare(y, z) <= 0);
      assert(HostName.compare(x, z) <= 0);
    }),
  );
});
