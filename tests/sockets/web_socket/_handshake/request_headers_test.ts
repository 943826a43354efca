import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { RequestHeaders } from "../../../../sockets/web_socket/_handshake/request_headers.ts";
import { INJECTIONS, linesOf, PURE } from "./_heads.ts";

/** The lines of headers that were set like this. */
function linesAfter(
  ...headers: readonly (readonly [string, string])[]
): string[] {
  const requestHeaders = new RequestHeaders();
  for (const [name, value] of headers) requestHeaders.set(name, value);
  return linesOf(requestHeaders.fields);
}

function assertRefused(name: unknown, value: unknown, message: string): void {
  const headers = new RequestHeaders();
  assertThrows(() => headers.set(name, value), ArgumentError, message);
  assertEquals(headers.fields, []);
}

Deno.test("RequestHeaders.set() keeps the order and the case", PURE, () => {
  assertEquals(
    linesAfter(["X-B", "1"], ["x-a", "2"], ["Cookie", "a=b; c=d"]),
    ["X-B: 1", "x-a: 2", "Cookie: a=b; c=d"],
  );
});

Deno.test(
  "RequestHeaders.set() replaces a header of the same name",
  PURE,
  () => {
    assertEquals(
      linesAfter(["X-A", "1"], ["X-B", "2"], ["x-a", "3"]),
      ["x-a: 3", "X-B: 2"],
    );
  },
);

Deno.test("RequestHeaders.set() trims values, which may be empty", PURE, () => {
  assertEquals(
    linesAfter(["A", " \t b\tc "], ["B", ""], ["C", "  "], ["D", "\xE9"]),
    ["A: b\tc", "B: ", "C: ", "D: \xE9"],
  );
});

Deno.test(
  "RequestHeaders.set() takes an Authorization and an Origin",
  PURE,
  () => {
    const lines = linesAfter(["Authorization", "Bearer x"], ["Origin", "null"]);
    assertEquals(lines, ["Authorization: Bearer x", "Origin: null"]);
  },
);

Deno.test(
  "RequestHeaders.set() refuses the names of the handshake",
  PURE,
  () => {
    for (
      const name of [
        "Host",
        "HOST",
        "Connection",
        "Upgrade",
        "Content-Length",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Expect",
        "Keep-Alive",
        "Proxy-Connection",
        "Sec-WebSocket-Key",
        "sec-websocket-accept",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Anything",
      ]
    ) {
      const message = `Cannot set the header "${name}": the handshake sets it`;
      assertRefused(name, "a", message);
    }
  },
);

Deno.test("RequestHeaders.set() names what to use instead", PURE, () => {
  assertRefused(
    "Sec-WebSocket-Extensions",
    "permessage-deflate",
    'Cannot set the header "Sec-WebSocket-Extensions": use control.compression',
  );
  assertRefused(
    "sec-websocket-protocol",
    "chat",
    'Cannot set the header "sec-websocket-protocol": use control.supportedProtocols',
  );
  // The server must not get what is for the proxy.
  assertRefused(
    "Proxy-Authorization",
    "Basic YTpi",
    'Cannot set the header "Proxy-Authorization": use control.proxyCredential',
  );
});

Deno.test(
  "RequestHeaders.set() refuses names that are not tokens",
  PURE,
  () => {
    for (const name of ["", " A", "A ", "A:", "A B", "\xC9", ...INJECTIONS]) {
      const text = JSON.stringify(name);
      const message =
        `Cannot set the header ${text}: its name must be letters, digits and hyphens`;
      assertRefused(name, "a", message);
    }
    assertRefused(undefined, "a", "Cannot set the header undefined: its name");
  },
);

Deno.test(
  "RequestHeaders.set() refuses values that are not strings",
  PURE,
  () => {
    for (const value of [undefined, null, 1, ["a"]]) {
      const message = 'Cannot set the header "A": its value must be a string';
      assertRefused("A", value, message);
    }
  },
);

Deno.test(
  "RequestHeaders.set() refuses what would not stay in its line",
  PURE,
  () => {
    for (const value of INJECTIONS) {
      assertRefused("A", value, 'Cannot set the header "A": its value has the');
    }
    const wrong = [
      "\r",
      "\n",
      "\0",
      "\x1F",
      "\x7F",
      "\u0100",
      "\u20AC",
      "\u{1F600}",
    ];
    for (const character of wrong) {
      const text = JSON.stringify(character);
      const message =
        `its value has the character ${text}, which no header can have`;
      assertRefused("A", `a${character}b`, message);
      assertRefused("A", `${character}`, message);
    }
  },
);

Deno.test(
  "RequestHeaders.set() does not tell a value that is wrong",
  PURE,
  () => {
    const { message } = assertThrows(
      () => new RequestHeaders().set("Authorization", "Bearer secret\n"),
      ArgumentError,
    );
    assertFalse(message.includes("secret"));
  },
);

Deno.test(
  "RequestHeaders.set() keeps a header if the new value is wrong",
  PURE,
  () => {
    const headers = new RequestHeaders();
    headers.set("A", "b");
    assertThrows(() => headers.set("A", "\n"), ArgumentError);
    assertEquals(linesOf(headers.fields), ["A: b"]);
  },
);
