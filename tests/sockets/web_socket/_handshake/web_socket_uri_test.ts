import {
  assert,
  assertEquals,
  assertFalse,
  assertNotStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { isAuthority } from "../../../../sockets/web_socket/_handshake/field_syntax.ts";
import {
  hostOf,
  nameOf,
  parseWebSocketUri,
  portOf,
  resourceOf,
} from "../../../../sockets/web_socket/_handshake/web_socket_uri.ts";
import { PURE } from "./_heads.ts";

Deno.test("parseWebSocketUri() takes a string or a URL", PURE, () => {
  const uri = "wss://db.example/chat?a=b";
  assertEquals(parseWebSocketUri(uri).href, uri);
  const url = new URL(uri);
  const parsed = parseWebSocketUri(url);
  assertEquals(parsed.href, uri);
  assertNotStrictEquals(parsed, url);
});

Deno.test(
  "parseWebSocketUri() names a value that is not a WebSocket URI",
  PURE,
  () => {
    const cases: readonly (readonly [unknown, string])[] = [
      ["", 'Cannot connect to "": it is not an absolute URL'],
      ["/chat", 'Cannot connect to "/chat": it is not an absolute URL'],
      ["ws://", 'Cannot connect to "ws://": it is not an absolute URL'],
      ["ws://a b", 'Cannot connect to "ws://a b": it is not an absolute URL'],
      ["ws://a:99999", '"ws://a:99999": it is not an absolute URL'],
      ["db.example", '"db.example": it is not an absolute URL'],
      ["http://a/", '"http://a/": it must start with ws: or wss:'],
      [new URL("https://a"), '"https://a/": it must start with ws: or wss:'],
      ["localhost:80", '"localhost:80": it must start with ws: or wss:'],
      ["ws://a/#b", '"ws://a/#b": leave out the fragment, it starts with #'],
      ["ws://a/#", '"ws://a/#": leave out the fragment, it starts with #'],
      ["ws://a?b#", '"ws://a/?b#": leave out the fragment, it starts with #'],
      [undefined, "Cannot connect to undefined: it must be a string or a URL"],
      [null, "Cannot connect to null: it must be a string or a URL"],
      [{}, "Cannot connect to an object: it must be a string or a URL"],
      [80, "Cannot connect to 80: it must be a string or a URL"],
    ];
    for (const [uri, message] of cases) {
      assertThrows(() => parseWebSocketUri(uri), ArgumentError, message);
    }
  },
);

Deno.test(
  "parseWebSocketUri() refuses users without telling them",
  PURE,
  () => {
    for (
      const uri of ["ws://user@a/", "ws://user:secret@a/", "ws://:secret@a/"]
    ) {
      const url = new URL(uri);
      for (const value of [uri, url]) {
        const { message } = assertThrows(
          () => parseWebSocketUri(value),
          ArgumentError,
          'Cannot connect to "ws://a/": it has a user name or a password, use control.serverCredential',
        );
        assertFalse(message.includes("secret"));
      }
      assertEquals(url.href, uri);
    }
    assertThrows(
      () => parseWebSocketUri("ws://user:secret@a:99999/"),
      ArgumentError,
      'Cannot connect to "ws://a:99999/": it is not an absolute URL',
    );
  },
);

Deno.test("nameOf() leaves out the query, which may have a token", PURE, () => {
  assertEquals(
    nameOf(new URL("wss://a.example:8443/b/c?token=secret")),
    "wss://a.example:8443/b/c",
  );
});

Deno.test("portOf() has the port, or that of the scheme", PURE, () => {
  for (
    const [uri, port] of [
      ["ws://a", 80],
      ["wss://a", 443],
      ["ws://a:443", 443],
      ["wss://a:80", 80],
      ["ws://a:80", 80],
      ["ws://[::1]:8080", 8080],
    ] as const
  ) assertEquals(portOf(parseWebSocketUri(uri)), port, uri);
});

Deno.test("resourceOf() has the path and the query", PURE, () => {
  for (
    const [uri, resource] of [
      ["ws://a", "/"],
      ["ws://a?", "/"],
      ["ws://a?b", "/?b"],
      ["ws://a/b/../c?d e\u20AC", "/c?d%20e%E2%82%AC"],
      ["ws://a/\r\nX-Evil: 1", "/X-Evil:%201"],
    ] as const
  ) assertEquals(resourceOf(parseWebSocketUri(uri)), resource);
});

Deno.test("hostOf() leaves out the default port", PURE, () => {
  for (
    const [uri, host] of [
      ["ws://A.example:80", "a.example"],
      ["wss://a.example:443", "a.example"],
      ["ws://a.example:443", "a.example:443"],
      ["ws://[0:0::1]:8080", "[::1]:8080"],
      ["ws://b\xFCcher.example", "xn--bcher-kva.example"],
    ] as const
  ) {
    assertEquals(hostOf(parseWebSocketUri(uri)), host);
    assert(isAuthority(host), host);
  }
});

Deno.test("parseWebSocketUri() leaves nothing that ends a line", PURE, () => {
  const character = fc.integer({ max: 0x17F, min: 0 })
    .map((code) => String.fromCharCode(code));
  const part = fc.string({ unit: character, maxLength: 20 });
  fc.assert(fc.property(part, part, (path, query) => {
    const uri = `ws://a/${path}?${query}`.replaceAll("#", "");
    const resource = resourceOf(parseWebSocketUri(uri));
    assert(/^\/[!-~]*$/.test(resource), resource);
  }));
});
