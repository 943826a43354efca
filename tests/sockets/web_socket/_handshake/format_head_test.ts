import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { formatHead } from "../../../../sockets/web_socket/_handshake/format_head.ts";
import { bytesOf, fieldsOf, INJECTIONS, PURE } from "./_heads.ts";

Deno.test(
  "formatHead() writes a line for each field, and an empty one",
  PURE,
  () => {
    const fields = fieldsOf("Host: a", "X: caf\xE9", "Y: ");
    assertEquals(
      formatHead("GET / HTTP/1.1", fields),
      bytesOf("GET / HTTP/1.1\r\nHost: a\r\nX: caf\xE9\r\nY: \r\n\r\n"),
    );
    assertEquals(formatHead("A", []), bytesOf("A\r\n\r\n"));
  },
);

Deno.test("formatHead() refuses what would not stay in its line", PURE, () => {
  for (const text of INJECTIONS) {
    for (
      const field of [{ name: text, value: "" }, { name: "A", value: text }]
    ) {
      assertThrows(() => formatHead("A", [field]), ArgumentError);
    }
  }
});
