import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatHead } from "../../../../sockets/web_socket/_handshake/format_head.ts";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  findHeadEnd,
  MAX_HEAD_SIZE,
  parseRequestHead,
  parseResponseHead,
} from "../../../../sockets/web_socket/_handshake/http_head.ts";
import {
  assertHeadFailure,
  bytesOf,
  fields,
  fieldsOf,
  headOf,
  linesOf,
  PURE,
  target,
  token,
} from "./_heads.ts";

const REQUEST_LINE = "GET / HTTP/1.1";
const BAD_FIELD = "a line is not a name, a colon and a value";

/** The fields of a request with these lines. */
function parseFields(...lines: readonly string[]): string[] {
  return linesOf(parseRequestHead(headOf(REQUEST_LINE, ...lines)).fields);
}

/** A valid head of this size. */
function headOfSize(size: number): Uint8Array<ArrayBuffer> {
  const { length } = headOf(REQUEST_LINE, "A: ");
  return headOf(REQUEST_LINE, `A: ${"x".repeat(size - length)}`);
}

Deno.test("findHeadEnd() finds the first empty line", PURE, () => {
  assertEquals(findHeadEnd(bytesOf("\r\n\r\n")), 4);
  assertEquals(findHeadEnd(bytesOf("ab\r\n\r\ncd\r\n\r\n")), 6);
  assertEquals(findHeadEnd(bytesOf("a\r\n\r\r\n\r\nb")), 8);
});

Deno.test("findHeadEnd() finds none in what is not complete", PURE, () => {
  for (const text of ["", "\n", "\r\n\r", "\r\n\n", "\n\n", "\r\r\n\n\r\n"]) {
    assertEquals(findHeadEnd(bytesOf(text)), -1, JSON.stringify(text));
  }
});

Deno.test(
  "findHeadEnd() looks at bytes from before only behind the start",
  PURE,
  () => {
    const bytes = bytesOf("a\r\n\r\nb\r\n\r\n");
    assertEquals(findHeadEnd(bytes, 4), 5);
    assertEquals(findHeadEnd(bytes, 5), 10);
    assertEquals(findHeadEnd(bytes, 10), -1);
  },
);

Deno.test(
  "parseRequestHead() reads the method, the target and the fields",
  PURE,
  () => {
    const head = headOf(
      "GET /chat?a=b HTTP/1.1",
      "Host: server.example.com",
      "X-Empty:",
      "x-tabs:\t a\tb \t",
      "X-Latin: caf\xE9 \x80",
      "X-Colons: a:b: c",
    );
    assertEquals(parseRequestHead(head), {
      method: "GET",
      target: "/chat?a=b",
      fields: fieldsOf(
        "Host: server.example.com",
        "X-Empty: ",
        "x-tabs: a\tb",
        "X-Latin: caf\xE9 \x80",
      ).concat({ name: "X-Colons", value: "a:b: c" }),
    });
  },
);

Deno.test("parseRequestHead() takes a head without fields", PURE, () => {
  assertEquals(parseFields(), []);
});

Deno.test("parseRequestHead() takes any token as the method", PURE, () => {
  for (const method of ["GET", "get", "M-SEARCH", "!#$%&'*+.^_`|~"]) {
    const head = parseRequestHead(headOf(`${method} / HTTP/1.1`));
    assertEquals(head.method, method);
  }
});

Deno.test("parseRequestHead() takes paths and URLs as the target", PURE, () => {
  for (
    const target of [
      "/",
      "//",
      "/a/b;c?d=e&f",
      "/?",
      '/"<>[\\]^`{|}~!$%',
      "http://example.com",
      "HTTPS://example.com/",
      "ws://example.com:80/a?b",
      "wss://[::1]?a",
    ]
  ) {
    const head = parseRequestHead(headOf(`GET ${target} HTTP/1.1`));
    assertEquals(head.target, target);
  }
});

Deno.test(
  "parseRequestHead() refuses request lines that are not valid",
  PURE,
  () => {
    for (
      const line of [
        "",
        "GET",
        "GET /",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET\t/ HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/1.1\t",
        "GET / HTTP/1",
        "GET / HTTP/1.1.1",
        "GET / HTTP/11",
        "GET / HTTP/1.10",
        "GET / http/1.1",
        "GET / HTTPS/1.1",
        "GET / HTTP 1.1",
        "G(T / HTTP/1.1",
        "G\xC9T / HTTP/1.1",
        "GET /\0 HTTP/1.1",
        "GET /\x7F HTTP/1.1",
        "GET /\xE9 HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GET /a\rb HTTP/1.1",
        "GET /a\nb HTTP/1.1",
        "GET / HTTP/1.1\n",
        "GET / HTTP/1.1\r",
      ]
    ) {
      assertHeadFailure(
        () => parseRequestHead(headOf(line, "Host: a")),
        400,
        "the request line is not valid",
      );
    }
  },
);

Deno.test("parseRequestHead() refuses targets of other forms", PURE, () => {
  for (
    const target of [
      "*",
      "a",
      "?a",
      "#a",
      "/#",
      "/a#b",
      "example.com:80",
      "//example.com#",
      "http:",
      "http:/a",
      "http://",
      "http:///a",
      "http://?a",
      "http://user@example.com/",
      "http://user:password@example.com/",
      "http://example.com/#a",
      "http://example.com#a",
      "http://example.com\\a",
      "http://a:b/",
      "ftp://example.com/",
      "file:///a",
      "javascript://a",
    ]
  ) {
    assertHeadFailure(
      () => parseRequestHead(headOf(`GET ${target} HTTP/1.1`)),
      400,
      "the request line is not valid",
    );
  }
});

Deno.test("parseRequestHead() answers other versions with 505", PURE, () => {
  for (const version of ["0.9", "1.0", "1.2", "2.0", "9.9"]) {
    assertHeadFailure(
      () => parseRequestHead(headOf(`GET / HTTP/${version}`)),
      505,
      `the version is HTTP/${version}, not HTTP/1.1`,
    );
  }
});

Deno.test("parseRequestHead() refuses names that are not tokens", PURE, () => {
  for (
    const line of [
      ": a",
      ":",
      "A : b",
      "A\t: b",
      " A: b",
      "A",
      "A B: c",
      "A(: b",
      "\xC9: b",
      "A\0: b",
      "A\rB: c",
      "A\n: b",
    ]
  ) assertHeadFailure(() => parseFields(line), 400, BAD_FIELD);
});

Deno.test("parseRequestHead() refuses folded lines", PURE, () => {
  for (const fold of [" b", "\tb", " b: c", "\tb: c", " "]) {
    assertHeadFailure(() => parseFields("A: a", fold), 400, BAD_FIELD);
  }
  assertHeadFailure(() => parseFields(" A: b", "B: c"), 400, BAD_FIELD);
});

Deno.test(
  "parseRequestHead() refuses control characters in values",
  PURE,
  () => {
    for (let code = 0; code < 0x100; code++) {
      const line = `A: b${String.fromCharCode(code)}c`;
      const isControl = (code < 0x20 && code !== 9) || code === 0x7F;
      if (isControl) {
        assertHeadFailure(
          () => parseFields(line),
          400,
          'the field "A" has a control character',
        );
      } else {
        assertEquals(parseFields(line), [line]);
      }
    }
  },
);

Deno.test(
  "parseRequestHead() refuses lines that do not end in CR and LF",
  PURE,
  () => {
    const whole = `${REQUEST_LINE}\r\nA: b\r\nC: d\r\n\r\n`;
    for (const [end, other] of [["\r\n", "\n"], ["\r\n", "\r"]] as const) {
      const count = whole.split(end).length - 1;
      for (let index = 0; index < count; index++) {
        let seen = 0;
        const text = whole.replaceAll(
          end,
          () => seen++ === index ? other : end,
        );
        assertThrows(() => parseRequestHead(bytesOf(text)), HeadFailure);
      }
    }
  },
);

Deno.test("parseRequestHead() refuses what is not a whole head", PURE, () => {
  for (const text of ["", "\r\n", REQUEST_LINE, `${REQUEST_LINE}\r\n`]) {
    assertHeadFailure(
      () => parseRequestHead(bytesOf(text)),
      400,
      "the head does not end in an empty line",
    );
  }
});

Deno.test("parseRequestHead() refuses empty lines before the end", PURE, () => {
  const empty = "\r\n";
  assertHeadFailure(
    () => parseRequestHead(bytesOf(`${empty}${REQUEST_LINE}\r\n\r\n`)),
    400,
    "the request line is not valid",
  );
  assertHeadFailure(() => parseFields("A: b", "", "C: d"), 400, BAD_FIELD);
  assertHeadFailure(() => parseFields("A: b", ""), 400, BAD_FIELD);
});

Deno.test("parseRequestHead() takes 16 KiB and not a byte more", PURE, () => {
  const largest = headOfSize(MAX_HEAD_SIZE);
  assertEquals(largest.length, 16_384);
  assertEquals(parseRequestHead(largest).fields.length, 1);
  assertHeadFailure(
    () => parseRequestHead(headOfSize(MAX_HEAD_SIZE + 1)),
    431,
    "the head is longer than 16384 bytes",
  );
});

Deno.test("parseRequestHead() takes 128 fields and not one more", PURE, () => {
  const lines = Array.from({ length: 128 }, (_, index) => `A: ${index}`);
  assertEquals(parseFields(...lines), lines);
  assertHeadFailure(
    () => parseFields(...lines, "A: 128"),
    431,
    "there are more than 128 fields",
  );
});

Deno.test("parseRequestHead() reads what formatHead() writes", PURE, () => {
  fc.assert(fc.property(token, target, fields, (method, target, fields) => {
    const bytes = formatHead(`${method} ${target} HTTP/1.1`, fields);
    assertEquals(parseRequestHead(bytes), { method, target, fields });
    assertEquals(findHeadEnd(bytes), bytes.length);
  }));
});

Deno.test("parseRequestHead() fails by HeadFailure alone", PURE, () => {
  const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => [...bytes]);
  const valid = [...headOf(REQUEST_LINE, "Host: a", "B: c")];
  const index = fc.nat(valid.length);
  fc.assert(fc.property(noise, index, index, (noise, start, count) => {
    const bytes = Uint8Array.from(valid.toSpliced(start, count, ...noise));
    for (const parse of [parseRequestHead, parseResponseHead]) {
      try {
        parse(bytes);
      } catch (error) {
        if (!(error instanceof HeadFailure)) throw error;
      }
    }
  }));
});

Deno.test(
  "parseResponseHead() reads the status, the reason and the fields",
  PURE,
  () => {
    const head = headOf(
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
    );
    assertEquals(parseResponseHead(head), {
      minorVersion: 1,
      status: 101,
      reason: "Switching Protocols",
      fields: fieldsOf("Upgrade: websocket"),
    });
  },
);

Deno.test("parseResponseHead() takes any reason or none", PURE, () => {
  for (
    const [line, reason] of [
      ["HTTP/1.1 404", ""],
      ["HTTP/1.1 404 ", ""],
      ["HTTP/1.1 404  a\tb ", "a\tb"],
      ["HTTP/1.1 404 Pas trouv\xE9", "Pas trouv\xE9"],
    ] as const
  ) {
    const head = parseResponseHead(headOf(line));
    assertEquals(head.status, 404);
    assertEquals(head.reason, reason);
  }
});

Deno.test("parseResponseHead() takes HTTP/1.0, as of old proxies", PURE, () => {
  const head = headOf("HTTP/1.0 200 Connection established");
  assertEquals(parseResponseHead(head).minorVersion, 0);
});

Deno.test(
  "parseResponseHead() refuses status lines that are not valid",
  PURE,
  () => {
    for (
      const line of [
        "",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 1",
        "HTTP/1.1 20",
        "HTTP/1.1 2000",
        "HTTP/1.1 099",
        "HTTP/1.1 +20",
        "HTTP/1.1 20x OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 200OK",
        "HTTP/1.1\t200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/2.0 200 OK",
        "HTTP/2 200",
        "HTTP/0.9 200 OK",
        "http/1.1 200 OK",
        " HTTP/1.1 200 OK",
        "ICY 200 OK",
        "HTTP/1.1 200 a\0b",
        "HTTP/1.1 200 a\rb",
        "HTTP/1.1 200 a\nb",
        "HTTP/1.1 200 a\x7Fb",
      ]
    ) {
      assertHeadFailure(
        () => parseResponseHead(headOf(line)),
        400,
        "the status line is not valid",
      );
    }
  },
);

Deno.test(
  "parseResponseHead() has the limits of parseRequestHead()",
  PURE,
  () => {
    const lines = Array.from({ length: 129 }, () => "A: b");
    assertHeadFailure(
      () => parseResponseHead(headOf("HTTP/1.1 200", ...lines)),
      431,
      "there are more than 128 fields",
    );
    assertHeadFailure(
      () => parseResponseHead(new Uint8Array(MAX_HEAD_SIZE + 1)),
      431,
      "the head is longer than 16384 bytes",
    );
    assertHeadFailure(
      () => parseResponseHead(headOf("HTTP/1.1 200", "A : b")),
      400,
      BAD_FIELD,
    );
  },
);

Deno.test("parseResponseHead() reads what formatHead() writes", PURE, () => {
  const status = fc.integer({ min: 100, max: 999 });
  fc.assert(fc.property(status, token, fields, (status, reason, fields) => {
    const bytes = formatHead(`HTTP/1.1 ${status} ${reason}`, fields);
    const expected = { minorVersion: 1, status, reason, fields };
    assertEquals(parseResponseHead(bytes), expected);
  }));
});
