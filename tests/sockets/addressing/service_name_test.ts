import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import {
  parseLocalServiceName,
  parseServiceName,
  srvName,
} from "../../../sockets/addressing/_service_name.ts";

const INVALID_NAMES: readonly string[] = [
  "",
  "-1",
  "+1",
  "65536",
  "99999999999999999999",
  "1e3",
  "1E3",
  "0x50",
  "0b1",
  "8.5",
  "80.",
  ".5",
  " 80",
  "80 ",
  "8 0",
  "80\n",
  "8,0",
  "８０",
  "80_",
  "8-0",
  "-",
  "_",
  ".",
  "http.",
  ".http",
  "a..b",
  "-http",
  "http-",
  "a.-b",
  "a b",
  "http/tcp",
  "http:80",
  "ünicode",
  "ſsh",
  "a\0b",
  "a".repeat(63),
  Array<string>(128).fill("a").join("."),
];

Deno.test("parseServiceName() reads a decimal port", {
  permissions: "none",
}, () => {
  const ports: readonly (readonly [string | number, number])[] = [
    ["0", 0],
    ["1337", 1337],
    ["65535", 65535],
    ["080", 80],
    ["0000065535", 65535],
    [0, 0],
    [-0, 0],
    [1337, 1337],
    [65535, 65535],
  ];
  for (const [value, port] of ports) {
    assertEquals(parseServiceName(value), { port });
  }
});

Deno.test("parseServiceName() reads a name", { permissions: "none" }, () => {
  const names = [
    "http",
    "HTTP",
    "stun._service01",
    "xmpp-client",
    "my_service",
    "_service",
    "3com-tsmux",
    "9pfs",
    "1e3a",
    "a.b.c",
    "constructor",
    "a".repeat(62),
    Array<string>(127).fill("a").join("."),
  ];
  for (const name of names) assertEquals(parseServiceName(name), { name });
});

Deno.test(
  "parseServiceName() throws E_INVALIDARG and quotes the input when it is neither",
  {
    permissions: "none",
  },
  () => {
    for (const value of INVALID_NAMES) {
      const error = assertThrows(
        () => parseServiceName(value),
        ArgumentError,
        JSON.stringify(value),
        value,
      );
      assertEquals(error.hresult, HResult.E_INVALIDARG);
    }
  },
);

Deno.test(
  "parseServiceName() throws ArgumentError when a number is not a port",
  {
    permissions: "none",
  },
  () => {
    for (const value of [-1, 65536, 1.5, NaN, Infinity, -Infinity]) {
      assertThrows(() => parseServiceName(value), ArgumentError, `${value}`);
    }
  },
);

Deno.test(
  "parseServiceName() throws ArgumentError when the value is neither string nor number",
  {
    permissions: "none",
  },
  () => {
    for (const value of [null, undefined, {}, true, 80n, Symbol("http")]) {
      assertThrows(
        () => Reflect.apply(parseServiceName, undefined, [value]),
        ArgumentError,
        "it must be a string or a port number",
      );
    }
  },
);

Deno.test(
  "parseServiceName() gives a port, a name or ArgumentError for any value",
  {
    permissions: "none",
  },
  () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.nat(100_000).map(String),
      fc.array(fc.constantFrom(..."azAZ09-_. \n")).map((parts) =>
        parts.join("")
      ),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.double(), fc.integer()), (value) => {
        let service;
        try {
          service = parseServiceName(value);
        } catch (error) {
          assert(error instanceof ArgumentError);
          return;
        }
        if ("port" in service) {
          const { port } = service;
          assert(Number.isInteger(port) && port >= 0 && port <= 65535);
          assertEquals(port, Math.abs(Number(value)));
        } else {
          assertEquals(service.name, value);
          assert(/^[\w.-]{1,253}$/.test(service.name));
        }
      }),
      { numRuns: 1000 },
    );
  },
);

Deno.test(
  'parseLocalServiceName() gives 0 when the name is "", the system picks',
  {
    permissions: "none",
  },
  () => {
    assertEquals(parseLocalServiceName(""), 0);
    assertEquals(parseLocalServiceName("", "udp"), 0);
  },
);

Deno.test("parseLocalServiceName() gives ports and those of registered names", {
  permissions: "none",
}, () => {
  assertEquals(parseLocalServiceName("1337"), 1337);
  assertEquals(parseLocalServiceName(1337), 1337);
  assertEquals(parseLocalServiceName("http"), 80);
  assertEquals(parseLocalServiceName("ntp", "udp"), 123);
  assertEquals(parseLocalServiceName("Echo", "udp"), 7);
});

Deno.test(
  "parseLocalServiceName() throws ArgumentError when the name has no port",
  {
    permissions: "none",
  },
  () => {
    for (const value of ["unheard-of", "constructor", "tftp", "xmpp-client"]) {
      assertThrows(
        () => parseLocalServiceName(value),
        ArgumentError,
        `Cannot use "${value}" as a service name: no tcp port is registered for it`,
      );
    }
    assertThrows(
      () => parseLocalServiceName("ssh", "udp"),
      ArgumentError,
      "udp",
    );
    for (const value of INVALID_NAMES.filter((name) => name !== "")) {
      assertThrows(() => parseLocalServiceName(value), ArgumentError);
    }
    for (const value of [null, undefined, {}]) {
      assertThrows(
        () => Reflect.apply(parseLocalServiceName, undefined, [value]),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  'srvName() makes of "stun._service01" the name _stun._service01._udp.host',
  {
    permissions: "none",
  },
  () => {
    assertEquals(
      srvName("stun._service01", "udp", "host"),
      "_stun._service01._udp.host",
    );
    assertEquals(srvName("ldap", "tcp", "a.example"), "_ldap._tcp.a.example");
  },
);

Deno.test("srvName() throws ArgumentError when the name would be too long", {
  permissions: "none",
}, () => {
  const host = Array<string>(123).fill("a").join(".");

  assertEquals(srvName("b", "tcp", host).length, 253);
  assertThrows(
    () => srvName("bb", "tcp", host),
    ArgumentError,
    "longer than 253 characters",
  );
});
