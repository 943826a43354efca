import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import {
  findUnsendable,
  isAuthority,
  isToken,
  trimWhitespace,
} from "../../../../sockets/web_socket/_handshake/field_syntax.ts";
import { fieldValue, PURE, token } from "./_heads.ts";

const SEPARATORS = '"(),/:;<=>?@[\\]{} \t';

Deno.test(
  "isToken() takes each character of RFC 9110 and no other",
  PURE,
  () => {
    const allowed = /[!#$%&'*+.^_`|~0-9A-Za-z-]/;
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      assertEquals(isToken(character), allowed.test(character), `${code}`);
      assertEquals(isToken(`a${character}b`), allowed.test(character));
    }
    for (const character of SEPARATORS) assertFalse(isToken(character));
    assertFalse(isToken(""));
    assertFalse(isToken("a\n"));
  },
);

Deno.test(
  "findUnsendable() finds what is not a tab, visible or latin1",
  PURE,
  () => {
    for (let code = 0; code < 0x180; code++) {
      const isAllowed = code === 9 ||
        (code >= 0x20 && code <= 0xFF && code !== 0x7F);
      const character = String.fromCharCode(code);
      const expected = isAllowed ? null : character;
      assertEquals(findUnsendable(`a${character}b`), expected, `${code}`);
      assertEquals(findUnsendable(character), expected, `${code}`);
    }
  },
);

Deno.test("findUnsendable() finds the whole of the first", PURE, () => {
  assertEquals(findUnsendable(""), null);
  assertEquals(findUnsendable("a\r\n"), "\r");
  assertEquals(findUnsendable("a\u{1F600}\n"), "\u{1F600}");
  fc.assert(fc.property(fc.oneof(token, fieldValue), (text) => {
    assertEquals(findUnsendable(text), null);
  }));
});

Deno.test("isAuthority() takes a host with a port or without", PURE, () => {
  for (
    const text of [
      "example.com",
      "EXAMPLE.com:8080",
      "example.com:",
      "127.0.0.1:80",
      "[::1]",
      "[2001:DB8::1.2.3.4]:443",
      "_service.example",
      "xn--bcher-kva.example",
      "a%20b!$&'()*+,;=~",
    ]
  ) assert(isAuthority(text), text);
});

Deno.test(
  "isAuthority() takes no user, path, fragment or odd character",
  PURE,
  () => {
    for (
      const text of [
        "",
        ":80",
        "user@example.com",
        "user:password@example.com",
        "example.com/",
        "example.com?a",
        "example.com#a",
        "example.com\\a",
        "example.com:80:80",
        "example.com:http",
        "::1",
        "[::1",
        "[::1]x",
        "[fe80::1%eth0]",
        "b\xFCcher.example",
        "a b",
        "a\r\nb",
        "a\n",
        "<a>",
      ]
    ) assertFalse(isAuthority(text), text);
  },
);

Deno.test(
  "trimWhitespace() takes spaces and tabs away, and nothing else",
  PURE,
  () => {
    assertEquals(trimWhitespace(" \t a \t b \t "), "a \t b");
    assertEquals(trimWhitespace(""), "");
    assertEquals(trimWhitespace(" \t "), "");
    for (const kept of ["\r\n", "\xA0", "\x0B", "\uFEFF"]) {
      assertEquals(trimWhitespace(kept), kept);
    }
  },
);
