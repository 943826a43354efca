import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { HResult } from "../../../../errors/hresult.ts";
import { WebErrorStatus } from "../../../../errors/web_error_status.ts";
import { WebSocketError } from "../../../../errors/web_socket_error.ts";
import {
  checkUpgradeResponse,
  type ExpectedUpgrade,
  formatUpgradeRequest,
  invalidResponse,
  type UpgradeOptions,
} from "../../../../sockets/web_socket/_handshake/client_handshake.ts";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  parseRequestHead,
  parseResponseHead,
} from "../../../../sockets/web_socket/_handshake/http_head.ts";
import { formatOffer } from "../../../../sockets/web_socket/_handshake/permessage_deflate.ts";
import {
  fields,
  fieldsOf,
  headOf,
  INJECTIONS,
  linesOf,
  PURE,
  SAMPLE_ACCEPT,
  SAMPLE_KEY,
  textOf,
  token,
  webSocketUrl,
} from "./_heads.ts";

const SUBJECT = "ws://server.example.com/chat";
const OPTIONS: UpgradeOptions = {
  url: new URL(SUBJECT),
  key: SAMPLE_KEY,
  protocols: [],
  headers: [],
  extensions: null,
  authorization: null,
};
const EXPECTED: ExpectedUpgrade = {
  key: SAMPLE_KEY,
  protocols: [],
  compression: null,
  subject: SUBJECT,
};
const UPGRADE = "Upgrade: websocket";
const CONNECTION = "Connection: Upgrade";
const ACCEPT = `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}`;

/** Checks a response of these lines. */
function check(
  lines: readonly string[],
  expected: Partial<ExpectedUpgrade> = {},
): ReturnType<typeof checkUpgradeResponse> {
  const head = parseResponseHead(headOf(...lines));
  return checkUpgradeResponse(head, { ...EXPECTED, ...expected });
}

/** Checks a response of 101 with these fields. */
function checkSwitch(
  lines: readonly string[],
  expected: Partial<ExpectedUpgrade> = {},
): ReturnType<typeof checkUpgradeResponse> {
  return check(["HTTP/1.1 101 Switching Protocols", ...lines], expected);
}

async function assertInvalid(
  response: Promise<unknown>,
  reason: string,
): Promise<void> {
  const error = await assertRejects(() => response, WebSocketError);
  assertEquals(error.message, `Cannot connect to "${SUBJECT}": ${reason}`);
  assertEquals(error.hresult, HResult.WININET_E_INVALID_SERVER_RESPONSE);
  assertEquals(error.cause instanceof HeadFailure, true);
}

Deno.test("formatUpgradeRequest() writes the sample of RFC 6455", PURE, () => {
  const bytes = formatUpgradeRequest({
    ...OPTIONS,
    protocols: ["chat", "superchat"],
    headers: fieldsOf("Origin: http://example.com"),
  });
  assertEquals(
    textOf(bytes),
    textOf(headOf(
      "GET /chat HTTP/1.1",
      "Host: server.example.com",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: chat, superchat",
      "Origin: http://example.com",
    )),
  );
});

Deno.test("formatUpgradeRequest() writes what the URL says", PURE, () => {
  const url = new URL("wss://[::1]:8443/a b?c=d e");
  const head = parseRequestHead(formatUpgradeRequest({ ...OPTIONS, url }));
  assertEquals(head.target, "/a%20b?c=d%20e");
  assertEquals(linesOf(head.fields)[0], "Host: [::1]:8443");
});

Deno.test(
  "formatUpgradeRequest() adds extensions and credentials",
  PURE,
  () => {
    const head = parseRequestHead(formatUpgradeRequest({
      ...OPTIONS,
      extensions: "permessage-deflate",
      authorization: "Basic Og==",
    }));
    assertEquals(linesOf(head.fields).slice(5), [
      "Sec-WebSocket-Extensions: permessage-deflate",
      "Authorization: Basic Og==",
    ]);
  },
);

Deno.test(
  "formatUpgradeRequest() prefers the Authorization of the app",
  PURE,
  () => {
    const head = parseRequestHead(formatUpgradeRequest({
      ...OPTIONS,
      headers: fieldsOf("authorization: Bearer x"),
      authorization: "Basic Og==",
    }));
    assertEquals(linesOf(head.fields).slice(5), ["authorization: Bearer x"]);
  },
);

Deno.test(
  "formatUpgradeRequest() refuses what would not stay in its line",
  PURE,
  () => {
    for (const text of INJECTIONS) {
      const cases: readonly Partial<UpgradeOptions>[] = [
        { key: text },
        { protocols: ["a", text] },
        { extensions: text },
        { authorization: text },
        { headers: [{ name: "A", value: text }] },
        { headers: [{ name: text, value: "a" }] },
      ];
      for (const options of cases) {
        assertThrows(
          () => formatUpgradeRequest({ ...OPTIONS, ...options }),
          ArgumentError,
          "Cannot set the header",
        );
      }
      const url = new URL(`ws://a/${text}?${text}`);
      const head = parseRequestHead(formatUpgradeRequest({ ...OPTIONS, url }));
      assertEquals(head.fields.length, 5);
    }
  },
);

Deno.test("formatUpgradeRequest() writes what can be read again", PURE, () => {
  const protocols = fc.uniqueArray(token, { maxLength: 4 });
  fc.assert(
    fc.property(webSocketUrl, protocols, fields, (url, protocols, headers) => {
      const bytes = formatUpgradeRequest({
        ...OPTIONS,
        url,
        protocols,
        headers,
      });
      const head = parseRequestHead(bytes);
      assertEquals(head.method, "GET");
      assertEquals(head.target, url.pathname + url.search);
      assertEquals(head.fields[0]?.value, url.host);
      const added = protocols.length > 0 ? 6 : 5;
      assertEquals(head.fields.slice(added), headers);
    }),
  );
});

Deno.test(
  "checkUpgradeResponse() takes the sample of RFC 6455",
  PURE,
  async () => {
    const agreed = await checkSwitch(
      [UPGRADE, CONNECTION, ACCEPT, "Sec-WebSocket-Protocol: chat"],
      { protocols: ["chat", "superchat"] },
    );
    assertEquals(agreed, { protocol: "chat", parameters: null });
  },
);

Deno.test(
  "checkUpgradeResponse() takes a server that chooses nothing",
  PURE,
  async () => {
    const agreed = await checkSwitch(
      [UPGRADE, CONNECTION, ACCEPT],
      { protocols: ["chat"], compression: {} },
    );
    assertEquals(agreed, { protocol: "", parameters: null });
  },
);

Deno.test(
  "checkUpgradeResponse() takes other cases and options",
  PURE,
  async () => {
    const agreed = await checkSwitch([
      "upgrade: WebSocket",
      "connection: keep-alive, upgrade",
      `sec-websocket-accept: ${SAMPLE_ACCEPT}`,
      "Server: x",
    ]);
    assertEquals(agreed, { protocol: "", parameters: null });
  },
);

Deno.test(
  "checkUpgradeResponse() has the parameters of the compression",
  PURE,
  async () => {
    const { parameters } = await checkSwitch(
      [
        UPGRADE,
        CONNECTION,
        ACCEPT,
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10",
      ],
      { compression: { clientNoContextTakeover: true } },
    );
    assertEquals(parameters, {
      serverNoContextTakeover: false,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 15,
    });
  },
);

Deno.test("checkUpgradeResponse() keeps any other status", PURE, async () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["HTTP/1.1 404 Not Found", WebErrorStatus.notFound, "404 Not Found"],
    [
      "HTTP/1.1 401 Unauthorized",
      WebErrorStatus.unauthorized,
      "401 Unauthorized",
    ],
    ["HTTP/1.1 301", WebErrorStatus.movedPermanently, "301"],
    ["HTTP/1.1 503 ", WebErrorStatus.serviceUnavailable, "503"],
    [
      'HTTP/1.0 500 Oh "no"',
      WebErrorStatus.internalServerError,
      '500 Oh \\"no\\"',
    ],
    ["HTTP/1.1 200 OK", WebErrorStatus.unexpectedStatusCode, "200 OK"],
    [
      "HTTP/1.1 426 Upgrade Required",
      WebErrorStatus.unexpectedClientError,
      "426 Upgrade Required",
    ],
  ];
  for (const [line, status, answer] of cases) {
    const error = await assertRejects(() => check([line]), WebSocketError);
    const code = Number(answer.slice(0, 3));
    assertEquals(error.hresult >>> 0, 0x80190000 + code);
    assertEquals(error.status, status);
    assertEquals(
      error.message,
      `Cannot connect to "${SUBJECT}": the server answered "${answer}"`,
    );
  }
});

Deno.test(
  "checkUpgradeResponse() wants HTTP/1.1 of an upgrade",
  PURE,
  async () => {
    await assertInvalid(
      check(["HTTP/1.0 101 Switching", UPGRADE, CONNECTION, ACCEPT]),
      "the server switches protocols in HTTP/1.0",
    );
  },
);

Deno.test(
  "checkUpgradeResponse() wants an upgrade to websocket alone",
  PURE,
  async () => {
    for (
      const upgrade of [
        [],
        ["Upgrade: "],
        ["Upgrade: h2c"],
        ["Upgrade: websockets"],
        ['Upgrade: "websocket"'],
        ["Upgrade: websocket, h2c"],
        ["Upgrade: websocket", "Upgrade: websocket"],
      ]
    ) {
      await assertInvalid(
        checkSwitch([...upgrade, CONNECTION, ACCEPT]),
        'the response does not have "Upgrade: websocket"',
      );
    }
  },
);

Deno.test(
  "checkUpgradeResponse() wants the connection upgraded",
  PURE,
  async () => {
    for (
      const connection of [
        [],
        ["Connection: close"],
        ["Connection: upgraded"],
        ['Connection: "a, upgrade"'],
      ]
    ) {
      await assertInvalid(
        checkSwitch([UPGRADE, ...connection, ACCEPT]),
        'the response does not have "Connection: Upgrade"',
      );
    }
  },
);

Deno.test(
  "checkUpgradeResponse() wants the accept key of its key",
  PURE,
  async () => {
    for (
      const accept of [
        [],
        ["Sec-WebSocket-Accept: "],
        [`Sec-WebSocket-Accept: ${SAMPLE_KEY}`],
        [`Sec-WebSocket-Accept: ${SAMPLE_ACCEPT.toLowerCase()}`],
        [`${ACCEPT}, ${SAMPLE_ACCEPT}`],
      ]
    ) {
      await assertInvalid(
        checkSwitch([UPGRADE, CONNECTION, ...accept]),
        'the "Sec-WebSocket-Accept" is not that of the key',
      );
    }
    await assertInvalid(
      checkSwitch([UPGRADE, CONNECTION, ACCEPT, ACCEPT]),
      'the field "Sec-WebSocket-Accept" is there more than once',
    );
  },
);

Deno.test(
  "checkUpgradeResponse() refuses protocols that were not offered",
  PURE,
  async () => {
    for (const protocol of ["", "other", "Chat", "chat, superchat", '"chat"']) {
      await assertInvalid(
        checkSwitch(
          [UPGRADE, CONNECTION, ACCEPT, `Sec-WebSocket-Protocol: ${protocol}`],
          { protocols: ["chat", "superchat"] },
        ),
        `the protocol ${JSON.stringify(protocol)} was not offered`,
      );
    }
    await assertInvalid(
      checkSwitch([
        UPGRADE,
        CONNECTION,
        ACCEPT,
        "Sec-WebSocket-Protocol: chat",
      ]),
      'the protocol "chat" was not offered',
    );
  },
);

Deno.test(
  "checkUpgradeResponse() refuses a protocol that is there twice",
  PURE,
  async () => {
    const line = "Sec-WebSocket-Protocol: chat";
    await assertInvalid(
      checkSwitch([UPGRADE, CONNECTION, ACCEPT, line, line], {
        protocols: ["chat"],
      }),
      'the field "Sec-WebSocket-Protocol" is there more than once',
    );
  },
);

Deno.test(
  "checkUpgradeResponse() refuses extensions that were not offered",
  PURE,
  async () => {
    const lines = [UPGRADE, CONNECTION, ACCEPT];
    for (const value of ["permessage-deflate", "x-other", ""]) {
      await assertInvalid(
        checkSwitch([...lines, `Sec-WebSocket-Extensions: ${value}`]),
        "the server chose an extension, and none was offered",
      );
    }
    await assertInvalid(
      checkSwitch([...lines, "Sec-WebSocket-Extensions: x-other"], {
        compression: {},
      }),
      'the extension "x-other" was not offered',
    );
  },
);

Deno.test(
  "checkUpgradeResponse() throws what is not the fault of the server",
  PURE,
  async () => {
    const compression = { serverMaxWindowBits: 7 };
    assertThrows(() => formatOffer(compression), ArgumentError);
    await assertRejects(
      () =>
        checkSwitch([
          UPGRADE,
          CONNECTION,
          ACCEPT,
          "Sec-WebSocket-Extensions: permessage-deflate",
        ], { compression }),
      ArgumentError,
    );
  },
);

Deno.test(
  "invalidResponse() names the subject, the reason and the cause",
  PURE,
  () => {
    const cause = new HeadFailure("the status line is not valid");
    const error = invalidResponse(SUBJECT, cause.message, cause);
    assertEquals(
      error.message,
      `Cannot connect to "${SUBJECT}": the status line is not valid`,
    );
    assertEquals(error.status, WebErrorStatus.errorHttpInvalidServerResponse);
    assertEquals(error.cause, cause);
    assertEquals("cause" in invalidResponse(SUBJECT, "x"), false);
  },
);
