import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  fieldValues,
  listOf,
  optionsOf,
  singleField,
} from "../../../../sockets/web_socket/_handshake/header_field.ts";
import {
  assertHeadFailure,
  fields,
  fieldsOf,
  fieldValue,
  PURE,
  token,
} from "./_heads.ts";

Deno.test(
  "fieldValues() finds all fields of a name in any case, in order",
  PURE,
  () => {
    const found = fieldsOf("A: 1", "B: 2", "a: 3", "AA: 4", "A: ");
    assertEquals(fieldValues(found, "a"), ["1", "3", ""]);
    assertEquals(fieldValues(found, "AA"), ["4"]);
    assertEquals(fieldValues(found, "c"), []);
  },
);

Deno.test(
  "singleField() has the value, or null without the field",
  PURE,
  () => {
    assertEquals(singleField(fieldsOf("A: 1", "B: 2"), "b"), "2");
    assertEquals(singleField(fieldsOf("A: "), "a"), "");
    assertEquals(singleField(fieldsOf("A: 1"), "b"), null);
  },
);

Deno.test(
  "singleField() fails if the field is there more than once",
  PURE,
  () => {
    assertHeadFailure(
      () => singleField(fieldsOf("A: 1", "a: 1"), "A"),
      400,
      'the field "A" is there more than once',
    );
  },
);

Deno.test("listOf() splits all fields at commas", PURE, () => {
  const found = fieldsOf("A: a, b", "B: x", "a: c\t ,d");
  assertEquals(listOf(found, "A"), ["a", "b", "c", "d"]);
  assertEquals(listOf(found, "C"), []);
});

Deno.test("listOf() drops empty elements", PURE, () => {
  assertEquals(listOf(fieldsOf("A: ,, a ,\t,b,"), "A"), ["a", "b"]);
  assertEquals(listOf(fieldsOf("A: "), "A"), []);
  assertEquals(listOf(fieldsOf("A:  , "), "A"), []);
});

Deno.test("listOf() does not split within quotes", PURE, () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['"a,b",c', ['"a,b"', "c"]],
    ['x="a,b";y,c', ['x="a,b";y', "c"]],
    ['"a\\",b",c', ['"a\\",b"', "c"]],
    ['"a\\\\",b', ['"a\\\\"', "b"]],
    ['a,"b,c', ["a", '"b,c']],
    ['a,"b,\\', ["a", '"b,\\']],
    ["\\,a", ["\\", "a"]],
  ];
  for (const [value, elements] of cases) {
    assertEquals(listOf([{ name: "A", value }], "A"), elements, value);
  }
});

Deno.test("listOf() keeps everything but commas and white space", PURE, () => {
  const list = fc.array(
    fc.oneof(token, fieldValue.map((value) => JSON.stringify(value))),
    { maxLength: 6 },
  );
  fc.assert(fc.property(list, (elements) => {
    const found = [{ name: "A", value: elements.join(" ,") }];
    assertEquals(listOf(found, "A"), elements);
  }));
  fc.assert(fc.property(fields, (found) => {
    for (const { name } of found) listOf(found, name);
  }));
});

Deno.test("optionsOf() has the elements in lower case", PURE, () => {
  const found = fieldsOf("Connection: Keep-Alive, UPGRADE");
  assertEquals(optionsOf(found, "connection"), ["keep-alive", "upgrade"]);
});
