import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  ArgumentError,
  ChainValidationResult,
  MessageWebSocket,
  PasswordCredential,
  StreamWebSocket,
} from "../../../mod.ts";
import { INJECTIONS } from "./_handshake/_heads.ts";
import { ON_LOOPBACK } from "./_client_listener.ts";
import { closeWithPeer, openWithPeer } from "./_client_raw.ts";
import { type RawPeer, RawServer } from "./_raw_peer.ts";

const NO_PERMISSION = { permissions: "none" } as const;
const URI = "ws://127.0.0.1:9/";

/** The names of the fields that a client has sent, in order. */
function namesOf({ head }: RawPeer): string[] {
  return head.split("\r\n").slice(1).map((line) => line.split(":")[0] ?? "");
}

/** The head that a client sends. */
async function requestOf(
  configure: (webSocket: MessageWebSocket) => void,
): Promise<RawPeer> {
  const { webSocket, peer } = await openWithPeer(configure);
  await closeWithPeer(webSocket, peer);
  return peer;
}

Deno.test(
  "ClientWebSocket.connectAsync() asks for a WebSocket, and for nothing else",
  ON_LOOPBACK,
  async () => {
    const keys = new Set<string | null>();
    for (const Class of [MessageWebSocket, StreamWebSocket]) {
      using server = new RawServer();
      const webSocket = new Class();
      const connected = webSocket.connectAsync(server.url);
      using peer = await server.accept();
      await connected;
      assertMatch(peer.head, /^GET \/ HTTP\/1\.1\r\n/);
      assertEquals(namesOf(peer), [
        "Host",
        "Connection",
        "Upgrade",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Key",
      ]);
      assertEquals(peer.header("Host"), `127.0.0.1:${server.port}`);
      assertEquals(peer.header("Connection"), "Upgrade");
      assertEquals(peer.header("Upgrade"), "websocket");
      assertEquals(peer.header("Sec-WebSocket-Version"), "13");
      const key = peer.header("Sec-WebSocket-Key");
      assertMatch(key ?? "", /^[\w+/]{22}==$/);
      keys.add(key);
      await closeWithPeer(webSocket, peer);
    }
    assertEquals(keys.size, 2);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() sends what was set for the handshake",
  ON_LOOPBACK,
  async () => {
    const peer = await requestOf((webSocket) => {
      const { control } = webSocket;
      control.supportedProtocols.push("chat.v2", "chat.v1");
      control.compression = { serverMaxWindowBits: 10 };
      control.serverCredential = new PasswordCredential("", "Zoë", "p:w");
      webSocket.setRequestHeader("Origin", "https://app.example");
      webSocket.setRequestHeader("Cookie", "a=1; b=2");
      webSocket.setRequestHeader("X-Twice", "first");
      webSocket.setRequestHeader("X-Empty", "");
      webSocket.setRequestHeader("x-twice", " second\t");
    });
    assertEquals(namesOf(peer).slice(5), [
      "Sec-WebSocket-Protocol",
      "Sec-WebSocket-Extensions",
      "Authorization",
      "Origin",
      "Cookie",
      "x-twice",
      "X-Empty",
    ]);
    assertEquals(peer.header("Sec-WebSocket-Protocol"), "chat.v2, chat.v1");
    assertMatch(
      peer.header("Sec-WebSocket-Extensions") ?? "",
      /^permessage-deflate;.*server_max_window_bits=10/,
    );
    // RFC 7617, section 2.1: in UTF-8.
    assertEquals(
      peer.header("Authorization"),
      `Basic ${btoa("Zo\xC3\xAB:p:w")}`,
    );
    assertEquals(peer.header("Origin"), "https://app.example");
    assertEquals(peer.header("Cookie"), "a=1; b=2");
    assertEquals(peer.header("x-twice"), "second");
    assertEquals(peer.header("X-Empty"), "");
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() sends an Authorization that was set in the place of control.serverCredential",
  ON_LOOPBACK,
  async () => {
    const peer = await requestOf((webSocket) => {
      const credential = new PasswordCredential("", "ann", "secret");
      webSocket.control.serverCredential = credential;
      webSocket.setRequestHeader("authorization", "Bearer abc");
    });
    assertEquals(namesOf(peer).slice(5), ["authorization"]);
    assertEquals(peer.header("authorization"), "Bearer abc");
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() does not send control.proxyCredential to a server",
  ON_LOOPBACK,
  async () => {
    const peer = await requestOf(({ control }) => {
      control.proxyCredential = new PasswordCredential("", "ann", "secret");
    });
    assertEquals(namesOf(peer).length, 5);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() takes the credential as it is at the call",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const credential = new PasswordCredential("", "ann", "before");
    webSocket.control.serverCredential = credential;
    const connected = webSocket.connectAsync(server.url);
    credential.password = "after";
    using peer = await server.accept();
    await connected;
    const value = peer.header("Authorization");
    assertEquals(value, `Basic ${btoa("ann:before")}`);
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() asks for the path and the query of the URI, as they stand in one line",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    for (
      const [path, target] of [
        ["", "/"],
        ["/a/b?c=d%20e&f", "/a/b?c=d%20e&f"],
        ["/../x/./y", "/x/y"],
        ["/ä b", "/%C3%A4%20b"],
        ["?q=ü", "/?q=%C3%BC"],
        ["/a\r\nX-Evil: 1", "/aX-Evil:%201"],
        ["/a%0D%0AX-Evil:%201", "/a%0D%0AX-Evil:%201"],
        ["/\0\x7F", "/%00%7F"],
      ] as const
    ) {
      const webSocket = new MessageWebSocket();
      const uri = `ws://127.0.0.1:${server.port}${path}`;
      const connected = webSocket.connectAsync(uri);
      using peer = await server.accept();
      await connected;
      const [line] = peer.head.split("\r\n");
      assertEquals(line, `GET ${target} HTTP/1.1`);
      assertEquals(namesOf(peer).length, 5);
      await closeWithPeer(webSocket, peer);
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() sends one head of known lines, whatever the path",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    // The units of fast-check with all characters take seconds to be made.
    const unit = fc.integer({ min: 0, max: 0x10FFFF }).map((code) =>
      String.fromCodePoint(code)
    );
    const ascii = fc.integer({ min: 0, max: 0x7F }).map((code) =>
      String.fromCharCode(code)
    );
    const paths = fc.string({ unit: fc.oneof(ascii, unit), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(paths, async (path) => {
        const uri = URL.parse(`ws://127.0.0.1:${server.port}/${path}`);
        fc.pre(uri !== null && !uri.href.includes("#"));
        const webSocket = new MessageWebSocket();
        const connected = webSocket.connectAsync(uri ?? "");
        using peer = await server.accept();
        await connected;
        assertMatch(peer.head, /^GET \/[!-~]* HTTP\/1\.1\r\nHost: /);
        assertEquals(namesOf(peer).length, 5);
        await closeWithPeer(webSocket, peer);
      }),
      { numRuns: 50 },
    );
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() has brackets around an address of IPv6 in Host alone",
  { permissions: { net: ["[::1]"] } },
  async () => {
    using listener = Deno.listen({ hostname: "::1", port: 0 });
    const { port } = listener.addr;
    using webSocket = new MessageWebSocket();
    const connecting = webSocket.connectAsync(`ws://[0::1]:${port}/`);
    using conn = await listener.accept();
    const block = new Uint8Array(2048);
    const count = await conn.read(block);
    const head = new TextDecoder().decode(block.subarray(0, count ?? 0));
    assertMatch(head, new RegExp(`\\r\\nHost: \\[::1\\]:${port}\\r\\n`));
    await conn.write(new TextEncoder().encode("HTTP/1.1 404 \r\n\r\n"));
    await assertRejects(() => connecting);
  },
);

for (
  const [what, uris] of [
    ["a relative URI", ["", "/chat", "localhost", "//host/path", "?a"]],
    ["another scheme", [
      "http://127.0.0.1/",
      "https://127.0.0.1/",
      "127.0.0.1:80",
      "file:///ws",
    ]],
    ["a fragment", [`${URI}#part`, `${URI}#`, new URL(`${URI}a?b#c`)]],
    ["a user", ["ws://ann@a.example/", "ws://ann:secret@a.example/"]],
    ["a host that is none", [
      "ws://",
      "ws://a b/",
      "ws://[::1/",
      "ws://a..example/",
      "ws://1.2.3.4.5/",
      "ws://a*.example/",
    ]],
    ["a port that is none", ["ws://a:65536/", "ws://a:x/", "ws://a:0/"]],
    ["what is no URI", [null, undefined, 5, {}, ["ws://a/"]]],
  ] as const
) {
  Deno.test(
    `ClientWebSocket.connectAsync() refuses ${what} before any I/O, and can be called again`,
    NO_PERMISSION,
    async () => {
      using webSocket = new MessageWebSocket();
      for (const uri of uris) {
        const error = await assertRejects(
          // @ts-expect-error: what plain JavaScript may pass
          () => webSocket.connectAsync(uri),
          ArgumentError,
          "Cannot ",
        );
        assertEquals(error.message.includes("secret"), false);
      }
      webSocket.control.idleTimeout = 1;
    },
  );
}

Deno.test(
  "ClientWebSocket.setRequestHeader() refuses what would not stay in its line",
  NO_PERMISSION,
  () => {
    using webSocket = new MessageWebSocket();
    for (const injection of INJECTIONS) {
      assertThrows(
        () => webSocket.setRequestHeader("X-Name", injection),
        ArgumentError,
        'Cannot set the header "X-Name": its value has the character ',
      );
      assertThrows(
        () => webSocket.setRequestHeader(injection, "value"),
        ArgumentError,
        "its name must be letters, digits and hyphens",
      );
    }
  },
);

Deno.test(
  "ClientWebSocket.setRequestHeader() refuses what the handshake sets itself",
  NO_PERMISSION,
  () => {
    using webSocket = new MessageWebSocket();
    for (
      const name of [
        "Host",
        "connection",
        "UPGRADE",
        "Content-Length",
        "Transfer-Encoding",
        "Sec-WebSocket-Key",
        "sec-websocket-version",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Anything",
      ]
    ) {
      assertThrows(
        () => webSocket.setRequestHeader(name, "value"),
        ArgumentError,
        `Cannot set the header "${name}": the handshake sets it`,
      );
    }
    for (
      const [name, instead] of [
        ["Sec-WebSocket-Extensions", "use control.compression"],
        ["Sec-WebSocket-Protocol", "use control.supportedProtocols"],
      ] as const
    ) {
      assertThrows(
        () => webSocket.setRequestHeader(name, "value"),
        ArgumentError,
        `Cannot set the header "${name}": ${instead}`,
      );
    }
    for (const value of [null, undefined, 5]) {
      assertThrows(
        // @ts-expect-error: what plain JavaScript may pass
        () => webSocket.setRequestHeader("X-Name", value),
        ArgumentError,
        "its value must be a string",
      );
    }
  },
);

/** What is refused when it connects, and the message. */
const BAD_SETTINGS: readonly (readonly [
  string,
  string,
  (webSocket: MessageWebSocket) => void,
])[] = [
  ...INJECTIONS.map((injection) =>
    [
      `the protocol ${JSON.stringify(injection)}`,
      "it must be letters, digits and hyphens",
      ({ control }: MessageWebSocket) =>
        control.supportedProtocols.push(injection),
    ] as const
  ),
  [
    "an empty protocol",
    'Cannot use the protocol "": it must be',
    ({ control }) => control.supportedProtocols.push(""),
  ],
  [
    "two protocols in one",
    'Cannot use the protocol "a, b": it must be',
    ({ control }) => control.supportedProtocols.push("a, b"),
  ],
  [
    "a protocol twice",
    'Cannot use the protocol "a": it is there twice',
    ({ control }) => control.supportedProtocols.push("a", "b", "a"),
  ],
  [
    "a user name with a colon",
    "the user name has a colon, which ends it",
    ({ control }) =>
      control.serverCredential = new PasswordCredential("", "a:b", "secret"),
  ],
  [
    "a password with a line end",
    "the password has a control character",
    ({ control }) =>
      control.serverCredential = new PasswordCredential("", "a", "secret\r\n"),
  ],
  [
    "a certificate error that cannot be ignored",
    'Cannot ignore the certificate error "revoked"',
    ({ control }) =>
      control.ignorableServerCertificateErrors.push(
        ChainValidationResult.revoked,
      ),
  ],
  [
    "a trusted root that is no certificate",
    "it must be a Certificate",
    ({ control }) =>
      // @ts-expect-error: what plain JavaScript may pass
      control.trustedRootCertificates.push("pem"),
  ],
];

for (const [what, reason, configure] of BAD_SETTINGS) {
  Deno.test(
    `ClientWebSocket.connectAsync() refuses ${what} before any I/O, by a proxy too`,
    NO_PERMISSION,
    async () => {
      using webSocket = new MessageWebSocket();
      configure(webSocket);
      for (const proxy of [null, "http://127.0.0.1:9"]) {
        webSocket.control.proxy = proxy;
        for (const uri of [URI, "wss://127.0.0.1:9/"]) {
          const error = await assertRejects(
            () => webSocket.connectAsync(uri),
            ArgumentError,
            reason,
          );
          assertEquals(error.message.includes("secret"), false);
        }
      }
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() refuses control.proxyCredential before any I/O if it cannot be sent",
  NO_PERMISSION,
  async () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    control.proxy = "http://127.0.0.1:9";
    control.proxyCredential = new PasswordCredential("", "a:b", "secret");
    await assertRejects(
      () => webSocket.connectAsync(URI),
      ArgumentError,
      "the user name has a colon",
    );
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() makes no connection for what it refuses",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const { supportedProtocols } = webSocket.control;
    for (const injection of INJECTIONS) {
      supportedProtocols.push(injection);
      await assertRejects(
        () => webSocket.connectAsync(server.url),
        ArgumentError,
      );
      supportedProtocols.length = 0;
    }
    await assertRejects(
      () => webSocket.connectAsync(`${server.url}#fragment`),
      ArgumentError,
    );
    const connected = webSocket.connectAsync(`${server.url}first`);
    using peer = await server.accept();
    await connected;
    assertMatch(peer.head, /^GET \/first /);
    await closeWithPeer(webSocket, peer);
  },
);
