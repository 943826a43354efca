import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatExtension,
  formatParameter,
  parseExtensions,
} from "../../../../sockets/web_socket/_handshake/extension_header.ts";
import { assertHeadFailure, INJECTIONS, PURE, token } from "./_heads.ts";

Deno.test("parseExtensions() reads names, parameters and values", PURE, () => {
  assertEquals(parseExtensions(["a; b; c=1, d", 'e;f="g"']), [
    {
      name: "a",
      parameters: [{ name: "b", value: null }, { name: "c", value: "1" }],
    },
    { name: "d", parameters: [] },
    { name: "e", parameters: [{ name: "f", value: "g" }] },
  ]);
  assertEquals(parseExtensions([]), []);
});

Deno.test("parseExtensions() keeps what is there twice", PURE, () => {
  const twice = { name: "a", parameters: [] };
  assertEquals(parseExtensions(["a, a"]), [twice, twice]);
});

Deno.test(
  "parseExtensions() takes white space and empty elements",
  PURE,
  () => {
    assertEquals(
      parseExtensions([", a\t;  b =\t1 ,, ", ""]),
      [{ name: "a", parameters: [{ name: "b", value: "1" }] }],
    );
  },
);

Deno.test("parseExtensions() takes quoted tokens with escapes", PURE, () => {
  for (const value of ['"10"', '"1\\0"', '"\\1\\0"']) {
    assertEquals(
      parseExtensions([`a; b=${value}`]),
      [{ name: "a", parameters: [{ name: "b", value: "10" }] }],
    );
  }
});

Deno.test("parseExtensions() refuses what is not in the syntax", PURE, () => {
  for (
    const value of [
      "",
      " ",
      ",",
      ";",
      ";a",
      "a;",
      "a;;b",
      "a;=",
      "a;=b",
      "a;b=",
      "a;b=c=d",
      "a;b==c",
      "a b",
      "a;b c",
      "a;b=c d",
      "a=b",
      '"a"',
      'a;"b"',
      'a;b=""',
      'a;b="',
      'a;b="c',
      'a;b=c"',
      'a;b="c"d',
      'a;b="c d"',
      'a;b="c,d"',
      'a;b="c;d"',
      'a;b="c=d"',
      'a;b="\\""',
      'a;b="\\,"',
      'a;b="c\\"',
      "a;b='c d'",
      "a/b",
      "\xE9",
      ...INJECTIONS,
    ]
  ) {
    assertHeadFailure(
      () => parseExtensions([value]),
      400,
      'the field "Sec-WebSocket-Extensions" is not valid at "',
    );
  }
});

Deno.test("parseExtensions() reads what formatExtension() writes", PURE, () => {
  const parameter = fc.record({ name: token, value: fc.option(token) });
  const extension = fc.record({
    name: token,
    parameters: fc.array(parameter, { maxLength: 4 }),
  });
  const list = fc.array(extension, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(list, (extensions) => {
    const texts = extensions.map(formatExtension);
    assertEquals(parseExtensions(texts), extensions);
    assertEquals(parseExtensions([texts.join(",")]), extensions);
  }));
});

Deno.test(
  "formatParameter() leaves out the value that is not there",
  PURE,
  () => {
    assertEquals(formatParameter({ name: "a", value: null }), "a");
    assertEquals(formatParameter({ name: "a", value: "1" }), "a=1");
  },
);
