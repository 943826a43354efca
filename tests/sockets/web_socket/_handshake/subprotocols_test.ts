import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import {
  checkProtocols,
  readProtocols,
} from "../../../../sockets/web_socket/_handshake/subprotocols.ts";
import { assertHeadFailure, fieldsOf, INJECTIONS, PURE } from "./_heads.ts";

const NOT_TOKENS = ["", " ", "a b", "a,b", "a;b", '"a"', "\xE9", ...INJECTIONS];

Deno.test("checkProtocols() takes tokens, each once", PURE, () => {
  checkProtocols([]);
  checkProtocols(["chat", "Chat", "v2.chat+json", "!#$%&'*"]);
});

Deno.test("checkProtocols() refuses what is not a token", PURE, () => {
  for (const protocol of NOT_TOKENS) {
    const text = JSON.stringify(protocol);
    assertThrows(
      () => checkProtocols(["chat", protocol]),
      ArgumentError,
      `Cannot use the protocol ${text}: it must be letters, digits and hyphens`,
    );
  }
  for (const protocol of [undefined, null, 1, {}]) {
    assertThrows(() => checkProtocols([protocol]), ArgumentError);
  }
});

Deno.test("checkProtocols() refuses one that is there twice", PURE, () => {
  assertThrows(
    () => checkProtocols(["chat", "a", "chat"]),
    ArgumentError,
    'Cannot use the protocol "chat": it is there twice',
  );
});

Deno.test("readProtocols() reads all fields in order", PURE, () => {
  const fields = fieldsOf(
    "Sec-WebSocket-Protocol: chat, superchat",
    "sec-websocket-protocol: ,a,",
  );
  assertEquals(readProtocols(fields), ["chat", "superchat", "a"]);
  assertEquals(readProtocols([]), []);
});

Deno.test("readProtocols() refuses fields that are not valid", PURE, () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", 'the field "Sec-WebSocket-Protocol" is empty'],
    [",", 'the field "Sec-WebSocket-Protocol" is empty'],
    ["a b", 'the protocol "a b" is not valid: it must be letters'],
    ["a, b;c", 'the protocol "b;c" is not valid: it must be letters'],
    ['"a,b"', 'the protocol "\\"a,b\\"" is not valid: it must be letters'],
    ["a, b, a", 'the protocol "a" is not valid: it is there twice'],
  ];
  for (const [value, reason] of cases) {
    const fields = [{ name: "Sec-WebSocket-Protocol", value }];
    assertHeadFailure(() => readProtocols(fields), 400, reason);
  }
  const twice = fieldsOf(
    "Sec-WebSocket-Protocol: a",
    "Sec-WebSocket-Protocol: a",
  );
  assertHeadFailure(() => readProtocols(twice), 400, "it is there twice");
});
