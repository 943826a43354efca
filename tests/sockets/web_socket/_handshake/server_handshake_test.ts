import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { acceptKeyOf } from "../../../../sockets/web_socket/_handshake/accept_key.ts";
import {
  checkUpgradeResponse,
  formatUpgradeRequest,
} from "../../../../sockets/web_socket/_handshake/client_handshake.ts";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  parseRequestHead,
  parseResponseHead,
} from "../../../../sockets/web_socket/_handshake/http_head.ts";
import {
  chooseOffer,
  formatOffer,
} from "../../../../sockets/web_socket/_handshake/permessage_deflate.ts";
import {
  checkUpgradeRequest,
  formatUpgradeResponse,
  type UpgradeChoice,
  type UpgradeRequest,
} from "../../../../sockets/web_socket/_handshake/server_handshake.ts";
import {
  assertHeadFailure,
  fields,
  fieldsOf,
  fieldValue,
  headOf,
  INJECTIONS,
  PURE,
  SAMPLE_ACCEPT,
  SAMPLE_KEY,
  textOf,
  token,
  webSocketUrl,
} from "./_heads.ts";

const LINE = "GET /chat HTTP/1.1";
const HOST = "Host: server.example.com";
const UPGRADE = "Upgrade: websocket";
const CONNECTION = "Connection: Upgrade";
const KEY = `Sec-WebSocket-Key: ${SAMPLE_KEY}`;
const VERSION = "Sec-WebSocket-Version: 13";
const LINES = [HOST, UPGRADE, CONNECTION, KEY, VERSION];
const CHOICE: UpgradeChoice = {
  accept: SAMPLE_ACCEPT,
  protocol: "",
  headers: [],
  extension: null,
};

/** Checks a request of these lines. */
function check(lines: readonly string[], isSecure = false): UpgradeRequest {
  return checkUpgradeRequest(parseRequestHead(headOf(...lines)), isSecure);
}

/** The lines of a valid request, but for those of a name. */
function without(line: string, ...others: readonly string[]): string[] {
  return [LINE, ...LINES.filter((each) => each !== line), ...others];
}

function urlOf(target: string, host: string, isSecure = false): string {
  const lines = without(HOST, `Host: ${host}`).slice(1);
  return check([`GET ${target} HTTP/1.1`, ...lines], isSecure).url.href;
}

Deno.test("checkUpgradeRequest() takes the sample of RFC 6455", PURE, () => {
  const request = check([
    LINE,
    ...LINES,
    "Origin: http://example.com",
    "Sec-WebSocket-Protocol: chat, superchat",
  ]);
  assertEquals(request.url.href, "ws://server.example.com/chat");
  assertEquals(request.key, SAMPLE_KEY);
  assertEquals(request.requestedProtocols, ["chat", "superchat"]);
  assertEquals(request.extensions, []);
  assertEquals(Object.fromEntries(request.headers), {
    connection: "Upgrade",
    host: "server.example.com",
    origin: "http://example.com",
    "sec-websocket-key": SAMPLE_KEY,
    "sec-websocket-protocol": "chat, superchat",
    "sec-websocket-version": "13",
    upgrade: "websocket",
  });
});

Deno.test(
  "checkUpgradeRequest() takes other cases, options and lists",
  PURE,
  () => {
    const request = check([
      LINE,
      "host: a",
      "upgrade: h2c, WebSocket",
      "connection: keep-alive",
      "connection: x, UPGRADE",
      KEY.toLowerCase().replace(SAMPLE_KEY.toLowerCase(), SAMPLE_KEY),
      "sec-websocket-version: 13",
      "content-length: 0",
      "cookie: a=b",
      "cookie: c=d",
    ]);
    assertEquals(request.headers.get("cookie"), "a=b, c=d");
  },
);

Deno.test("checkUpgradeRequest() has the extensions as they came", PURE, () => {
  const values = ["permessage-deflate; client_max_window_bits, a", "b"];
  const lines = values.map((value) => `Sec-WebSocket-Extensions: ${value}`);
  assertEquals(check([LINE, ...LINES, ...lines]).extensions, values);
});

Deno.test(
  "checkUpgradeRequest() makes the URL of Host and the target",
  PURE,
  () => {
    assertEquals(urlOf("/a?b", "Example.com:80"), "ws://example.com/a?b");
    assertEquals(
      urlOf("/a?b", "example.com:80", true),
      "wss://example.com:80/a?b",
    );
    assertEquals(urlOf("/", "example.com:443", true), "wss://example.com/");
    assertEquals(urlOf("/", "[::1]:8080"), "ws://[::1]:8080/");
    assertEquals(urlOf("//evil.example/a", "a"), "ws://a//evil.example/a");
    assertEquals(urlOf("/\\evil.example", "a"), "ws://a//evil.example");
    assertEquals(urlOf("/@evil.example", "a"), "ws://a/@evil.example");
  },
);

Deno.test(
  "checkUpgradeRequest() takes the host of an absolute target",
  PURE,
  () => {
    assertEquals(urlOf("http://b.example/c?d", "a"), "ws://b.example/c?d");
    assertEquals(urlOf("https://b.example:8443", "a"), "ws://b.example:8443/");
    assertEquals(urlOf("http://b.example?d", "a", true), "wss://b.example/?d");
    assertEquals(urlOf("WS://[::1]/", "a"), "ws://[::1]/");
  },
);

Deno.test("checkUpgradeRequest() answers other methods with 405", PURE, () => {
  for (const method of ["POST", "HEAD", "get", "OPTIONS"]) {
    assertHeadFailure(
      () => check([`${method} / HTTP/1.1`, ...LINES]),
      405,
      `the method is "${method}", not "GET"`,
    );
  }
});

Deno.test("checkUpgradeRequest() answers plain requests with 426", PURE, () => {
  for (
    const lines of [
      [LINE, HOST],
      without(UPGRADE),
      without(UPGRADE, "Upgrade: h2c"),
      without(UPGRADE, "Upgrade: websocket/13"),
      without(CONNECTION),
      without(CONNECTION, "Connection: keep-alive"),
      without(CONNECTION, 'Connection: "a, upgrade"'),
    ]
  ) {
    assertHeadFailure(
      () => check(lines),
      426,
      "the request does not ask for a WebSocket",
    );
  }
});

Deno.test(
  "checkUpgradeRequest() answers other WebSocket versions with 426",
  PURE,
  () => {
    for (
      const lines of [
        without(VERSION),
        ...["8", "0", "14", "13.0", "013", "", "13, 8"].map((version) =>
          without(VERSION, `Sec-WebSocket-Version: ${version}`)
        ),
      ]
    ) {
      assertHeadFailure(
        () => check(lines),
        426,
        "the WebSocket version is not 13",
      );
    }
  },
);

Deno.test(
  "checkUpgradeRequest() refuses a Host that is missing or wrong",
  PURE,
  () => {
    const reason = 'the field "Host" is not there, or is not a host';
    assertHeadFailure(() => check(without(HOST)), 400, reason);
    for (
      const host of [
        "",
        "a b",
        "a/b",
        "user@a",
        "a, b",
        "a#b",
        "a:b",
        "\xE9",
        "http://a",
      ]
    ) {
      // A comma may be in a name: the URL has no list.
      if (host === "a, b") continue;
      assertHeadFailure(() => urlOf("/", host), 400, reason);
    }
    assertHeadFailure(() => urlOf("/", "a b"), 400, reason);
    for (const host of ["a:65536", "a%20b", "1.2.3.4.5", "[::::]", "a%2fb"]) {
      assertHeadFailure(() => urlOf("/", host), 400, `"${host}" is not a host`);
      const target = `http://${host}/`;
      assertHeadFailure(
        () => urlOf(target, "a"),
        400,
        `"${host}" is not a host`,
      );
    }
  },
);

Deno.test(
  "checkUpgradeRequest() refuses fields that are there twice",
  PURE,
  () => {
    for (
      const [line, name] of [
        [HOST, "Host"],
        [KEY, "Sec-WebSocket-Key"],
        [VERSION, "Sec-WebSocket-Version"],
        ["Content-Length: 0", "Content-Length"],
      ] as const
    ) {
      assertHeadFailure(
        () => check(without(line, line, line)),
        400,
        `the field "${name}" is there more than once`,
      );
    }
  },
);

Deno.test(
  "checkUpgradeRequest() refuses keys that are not 16 bytes",
  PURE,
  () => {
    const reason = 'the field "Sec-WebSocket-Key" is not 16 bytes in base64';
    assertHeadFailure(() => check(without(KEY)), 400, reason);
    for (const key of ["", "x", "SGVsbG8sIHdvcmxkIQ==", `${SAMPLE_KEY}, a`]) {
      const lines = without(KEY, `Sec-WebSocket-Key: ${key}`);
      assertHeadFailure(() => check(lines), 400, reason);
    }
  },
);

Deno.test("checkUpgradeRequest() refuses a body", PURE, () => {
  for (
    const line of [
      "Content-Length: 1",
      "Content-Length: 00",
      "Content-Length: -0",
      "Content-Length: ",
      "Content-Length: 0, 0",
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: identity",
      "Transfer-Encoding: ",
    ]
  ) {
    assertHeadFailure(
      () => check([LINE, ...LINES, line]),
      400,
      "the request has a body",
    );
  }
});

Deno.test(
  "checkUpgradeRequest() refuses bad protocols and extensions",
  PURE,
  () => {
    for (
      const [line, reason] of [
        ["Sec-WebSocket-Protocol: a, a", "it is there twice"],
        ["Sec-WebSocket-Protocol: a b", "it must be letters"],
        ["Sec-WebSocket-Protocol: ", "is empty"],
        ["Sec-WebSocket-Extensions: a;", "is not valid at"],
        ["Sec-WebSocket-Extensions: ", "is not valid at"],
      ] as const
    ) assertHeadFailure(() => check([LINE, ...LINES, line]), 400, reason);
  },
);

Deno.test("checkUpgradeRequest() fails by HeadFailure alone", PURE, () => {
  const name = fc.constantFrom(
    ...[...LINES, "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"]
      .map((line) => line.split(":")[0] ?? ""),
  );
  const field = fc.record({ name, value: fieldValue });
  const kept = fc.subarray(fieldsOf(...LINES));
  const added = fc.array(field, { maxLength: 3 });
  const target = fc.string({ unit: "binary-ascii" });
  fc.assert(fc.property(kept, added, target, (kept, added, target) => {
    try {
      const head = {
        method: "GET",
        target: `/${target}`,
        fields: [...kept, ...added],
      };
      checkUpgradeRequest(head, true);
    } catch (error) {
      if (!(error instanceof HeadFailure)) throw error;
    }
  }));
});

Deno.test(
  "checkUpgradeRequest() keeps what formatUpgradeRequest() writes",
  PURE,
  () => {
    const protocols = fc.uniqueArray(token, { maxLength: 4 });
    fc.assert(fc.property(webSocketUrl, protocols, (url, protocols) => {
      const bytes = formatUpgradeRequest({
        url,
        key: SAMPLE_KEY,
        protocols,
        headers: fieldsOf("X-A: b"),
        extensions: "permessage-deflate",
        authorization: null,
      });
      const request = checkUpgradeRequest(parseRequestHead(bytes), false);
      const { host, pathname, search } = url;
      assertEquals(request.url.href, `ws://${host}${pathname}${search}`);
      assertEquals(request.requestedProtocols, protocols);
      assertEquals(request.extensions, ["permessage-deflate"]);
      assertEquals(request.headers.get("x-a"), "b");
    }));
  },
);

Deno.test("formatUpgradeResponse() writes the sample of RFC 6455", PURE, () => {
  assertEquals(
    textOf(formatUpgradeResponse({ ...CHOICE, protocol: "chat" })),
    textOf(headOf(
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "Sec-WebSocket-Protocol: chat",
    )),
  );
});

Deno.test("formatUpgradeResponse() adds an extension and headers", PURE, () => {
  assertEquals(
    textOf(formatUpgradeResponse({
      ...CHOICE,
      extension: "permessage-deflate",
      headers: fieldsOf("Set-Cookie: a", "Set-Cookie: b", "Date: c"),
    })),
    textOf(headOf(
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "Sec-WebSocket-Extensions: permessage-deflate",
      "Set-Cookie: a",
      "Set-Cookie: b",
      "Date: c",
    )),
  );
});

Deno.test(
  "formatUpgradeResponse() refuses the names of the handshake",
  PURE,
  () => {
    for (
      const name of [
        "Connection",
        "upgrade",
        "Content-Length",
        "TRANSFER-ENCODING",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-X",
      ]
    ) {
      assertThrows(
        () =>
          formatUpgradeResponse({ ...CHOICE, headers: [{ name, value: "a" }] }),
        ArgumentError,
        `Cannot set the header "${name}": the handshake sets it`,
      );
    }
  },
);

Deno.test(
  "formatUpgradeResponse() refuses what would not stay in its line",
  PURE,
  () => {
    for (const text of INJECTIONS) {
      const cases: readonly Partial<UpgradeChoice>[] = [
        { accept: text },
        { protocol: text },
        { extension: text },
        { headers: [{ name: "A", value: text }] },
        { headers: [{ name: text, value: "a" }] },
      ];
      for (const choice of cases) {
        assertThrows(
          () => formatUpgradeResponse({ ...CHOICE, ...choice }),
          ArgumentError,
        );
      }
    }
  },
);

Deno.test(
  "formatUpgradeResponse() refuses a protocol that is not one",
  PURE,
  () => {
    assertThrows(
      () => formatUpgradeResponse({ ...CHOICE, protocol: "a, b" }),
      ArgumentError,
      'Cannot use the protocol "a, b": it must be letters, digits and hyphens',
    );
  },
);

Deno.test(
  "checkUpgradeResponse() takes what the server side answers",
  PURE,
  async () => {
    const protocols = fc.uniqueArray(token, { minLength: 1, maxLength: 4 });
    const headers = fields.map((fields) =>
      fields.map(({ name, value }) => ({ name: `X-${name}`, value }))
    );
    const url = new URL("wss://server.example.com/chat");
    await fc.assert(
      fc.asyncProperty(protocols, headers, async (protocols, headers) => {
        const request = checkUpgradeRequest(
          parseRequestHead(formatUpgradeRequest({
            url,
            key: SAMPLE_KEY,
            protocols,
            headers,
            extensions: formatOffer({ clientMaxWindowBits: 10 }),
            authorization: null,
          })),
          true,
        );
        const choice = chooseOffer(request.extensions, {});
        const protocol = request.requestedProtocols.at(-1) ?? "";
        const bytes = formatUpgradeResponse({
          accept: await acceptKeyOf(request.key),
          protocol,
          headers,
          extension: choice?.answer ?? null,
        });
        const agreed = await checkUpgradeResponse(parseResponseHead(bytes), {
          key: SAMPLE_KEY,
          protocols,
          compression: { clientMaxWindowBits: 10 },
          subject: url.href,
        });
        assertEquals(request.url.href, url.href);
        assertEquals(agreed, {
          protocol,
          parameters: choice?.parameters ?? null,
        });
      }),
    );
  },
);
