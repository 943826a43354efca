import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeMessages,
  encodeMessages,
} from "../../../sockets/datagram_socket/_messages.ts";

Deno.test(
  "decodeMessages() gives what encodeMessages() was given, but for errors",
  {
    permissions: "none",
  },
  () => {
    const message = {
      bytes: new Uint8Array([0, 1, 254, 255]),
      remote: { hostname: "fe80::1%2", port: 7 },
      localHostname: "::",
      error: null,
    };
    const failure = { ...message, error: new Error("gone") };
    const encoded = encodeMessages([message, failure, message]);
    assertEquals(decodeMessages(encoded), [message, message]);
  },
);

Deno.test("encodeMessages() gives nothing for no messages", {
  permissions: "none",
}, () => {
  assertEquals(encodeMessages([]).length, 0);
  assertEquals(decodeMessages(new Uint8Array()), []);
});

Deno.test("decodeMessages() throws for what is none", {
  permissions: "none",
}, () => {
  assertThrows(() => decodeMessages(new Uint8Array([1])), SyntaxError);
});
