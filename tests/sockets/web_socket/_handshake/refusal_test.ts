import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import {
  findHeadEnd,
  parseResponseHead,
  type ResponseHead,
} from "../../../../sockets/web_socket/_handshake/http_head.ts";
import {
  checkRefusal,
  formatRefusal,
} from "../../../../sockets/web_socket/_handshake/refusal.ts";
import {
  fieldsOf,
  headOf,
  INJECTIONS,
  linesOf,
  PURE,
  textOf,
} from "./_heads.ts";

/** The head and the body of a response. */
function split(bytes: Uint8Array): { head: ResponseHead; body: Uint8Array } {
  const end = findHeadEnd(bytes);
  const head = parseResponseHead(bytes.subarray(0, end));
  return { head, body: bytes.subarray(end) };
}

Deno.test("checkRefusal() takes redirections and errors", PURE, () => {
  for (let status = 300; status < 600; status++) checkRefusal(status);
});

Deno.test("checkRefusal() takes nothing else", PURE, () => {
  for (
    const status of [
      0,
      101,
      200,
      299,
      600,
      403.5,
      NaN,
      -404,
      "403",
      null,
      undefined,
    ]
  ) {
    const text = typeof status === "string" ? `"${status}"` : `${status}`;
    assertThrows(
      () => checkRefusal(status),
      ArgumentError,
      `Cannot refuse a client with ${text}: the status must be an integer from 300 to 599`,
    );
  }
});

Deno.test(
  "formatRefusal() writes the status, the length and the body",
  PURE,
  () => {
    assertEquals(
      textOf(formatRefusal(403, "No \u20AC", [])),
      textOf(headOf(
        "HTTP/1.1 403 Forbidden",
        "Connection: close",
        "Content-Length: 6",
        "Content-Type: text/plain; charset=utf-8",
      )) + "No \xE2\x82\xAC",
    );
  },
);

Deno.test(
  "formatRefusal() takes bytes and other types of content",
  PURE,
  () => {
    const body = Uint8Array.of(0, 255, 13, 10);
    const headers = fieldsOf(
      "content-type: application/octet-stream",
      "Date: a",
    );
    const { head, body: sent } = split(formatRefusal(404, body, headers));
    assertEquals(sent, body);
    assertEquals(linesOf(head.fields), [
      "Connection: close",
      "Content-Length: 4",
      "content-type: application/octet-stream",
      "Date: a",
    ]);
  },
);

Deno.test("formatRefusal() tells of the upgrade in a 426", PURE, () => {
  const { head } = split(formatRefusal(426, "", []));
  assertEquals(head.reason, "Upgrade Required");
  assertEquals(linesOf(head.fields), [
    "Connection: Upgrade, close",
    "Content-Length: 0",
    "Content-Type: text/plain; charset=utf-8",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
  ]);
});

Deno.test(
  "formatRefusal() tells the method in a 405, if the app does not",
  PURE,
  () => {
    const own = split(formatRefusal(405, "", [])).head;
    assertEquals(linesOf(own.fields).slice(3), ["Allow: GET"]);
    const added = split(formatRefusal(405, "", fieldsOf("allow: GET, HEAD")));
    assertEquals(linesOf(added.head.fields).slice(3), ["allow: GET, HEAD"]);
  },
);

Deno.test(
  "formatRefusal() leaves out a reason that it does not know",
  PURE,
  () => {
    const bytes = formatRefusal(499, "", []);
    assertEquals(textOf(bytes).startsWith("HTTP/1.1 499 \r\n"), true);
  },
);

Deno.test(
  "formatRefusal() refuses other statuses and the names it sets",
  PURE,
  () => {
    assertThrows(() => formatRefusal(200, "", []), ArgumentError);
    for (
      const name of [
        "Connection",
        "Upgrade",
        "content-length",
        "Transfer-Encoding",
        "Sec-WebSocket-Version",
      ]
    ) {
      assertThrows(
        () => formatRefusal(403, "", [{ name, value: "1" }]),
        ArgumentError,
        `Cannot set the header "${name}": the handshake sets it`,
      );
    }
  },
);

Deno.test(
  "formatRefusal() refuses what would not stay in its line",
  PURE,
  () => {
    for (const text of INJECTIONS) {
      for (
        const field of [{ name: text, value: "" }, { name: "A", value: text }]
      ) {
        assertThrows(() => formatRefusal(403, "", [field]), ArgumentError);
      }
    }
  },
);

Deno.test("formatRefusal() writes what can be read again", PURE, () => {
  const status = fc.integer({ min: 300, max: 599 });
  const body = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(status, body, (status, body) => {
    const { head, body: sent } = split(formatRefusal(status, body, []));
    assertEquals(head.status, status);
    assertEquals(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(sent),
      body,
    );
    assertEquals(linesOf(head.fields)[1], `Content-Length: ${sent.length}`);
  }));
});
