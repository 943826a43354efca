import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ArgumentError,
  type Certificate,
  ChainValidationResult,
  InvalidOperationError,
  MessageWebSocket,
  MessageWebSocketControl,
  MessageWebSocketReceiveMode,
  PasswordCredential,
  SocketMessageType,
  StreamWebSocket,
  type StreamWebSocketControl,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { outcome } from "../streams/_fakes.ts";
import { closeAll, ON_LOOPBACK, openPair } from "./_client_listener.ts";
import { closeWithPeer } from "./_client_raw.ts";
import { RawServer } from "./_raw_peer.ts";

const NO_PERMISSION = { permissions: "none" } as const;
const CREDENTIAL = new PasswordCredential("", "ann", "secret");
const MAX_INTERVAL = 0x7FFF_FFFF;

type Control = MessageWebSocketControl & StreamWebSocketControl;

/** A property that is locked while the WebSocket connects, and afterwards. */
interface Property {
  readonly name: keyof Control;
  /** What can be set. */
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
  /** What a message ends in. */
  readonly rule: string;
}

const INTERVAL_RULE =
  `it must be a number of milliseconds from 0 to ${MAX_INTERVAL}`;
const BAD_INTERVALS = [-1, NaN, Infinity, MAX_INTERVAL + 1, "1", null, 1n];
const CREDENTIAL_RULE = "it must be a PasswordCredential or null";
const BAD_CREDENTIALS = ["ann:secret", {}, undefined];
const BOOLEAN_RULE = "it must be a boolean";
const BAD_BOOLEANS = [1, "true", null, undefined];

/** Those of both kinds of WebSockets. */
const COMMON: readonly Property[] = [
  {
    name: "serverCredential",
    good: [CREDENTIAL, null],
    bad: BAD_CREDENTIALS,
    rule: CREDENTIAL_RULE,
  },
  {
    name: "proxyCredential",
    good: [CREDENTIAL, null],
    bad: BAD_CREDENTIALS,
    rule: CREDENTIAL_RULE,
  },
  {
    name: "desiredUnsolicitedPongInterval",
    good: [0, 0.5, 20_000, MAX_INTERVAL],
    bad: BAD_INTERVALS,
    rule: INTERVAL_RULE,
  },
  {
    name: "idleTimeout",
    good: [0, 0.5, 20_000, MAX_INTERVAL],
    bad: BAD_INTERVALS,
    rule: INTERVAL_RULE,
  },
  {
    name: "compression",
    good: [null],
    bad: [1, "true"],
    rule: "it must be a boolean, or an object of options",
  },
  {
    name: "collectTlsInformation",
    good: [true, false],
    bad: BAD_BOOLEANS,
    rule: BOOLEAN_RULE,
  },
  {
    name: "handshakeTimeout",
    good: [30_000, 0.5, Infinity],
    bad: [0, -1, NaN, "1", null],
    rule: "it must be a number of milliseconds above 0",
  },
];

const OF_MESSAGES: readonly Property[] = [
  {
    name: "maxMessageSize",
    good: [0, 1, 2 ** 40, Infinity],
    bad: [-1, 1.5, NaN, "1", null],
    rule: "it must be a whole number of bytes from 0 up, or Infinity",
  },
  {
    name: "receiveMode",
    good: [
      MessageWebSocketReceiveMode.partialMessage,
      MessageWebSocketReceiveMode.fullMessage,
    ],
    bad: [2, -1, "partialMessage", null],
    rule: "it must be one of MessageWebSocketReceiveMode",
  },
];

const OF_STREAMS: readonly Property[] = [
  {
    name: "noDelay",
    good: [false, true],
    bad: BAD_BOOLEANS,
    rule: BOOLEAN_RULE,
  },
];

const KINDS = [
  { Class: MessageWebSocket, properties: [...COMMON, ...OF_MESSAGES] },
  { Class: StreamWebSocket, properties: [...COMMON, ...OF_STREAMS] },
] as const;

/** Sets a property to what its type does not allow. */
function set(control: object, name: string, value: unknown): void {
  Reflect.set(control, name, value);
}

for (const { Class, properties } of KINDS) {
  for (const { name, good, bad, rule } of properties) {
    Deno.test(
      `${Class.name}.control.${name} takes what it can be, and nothing else`,
      NO_PERMISSION,
      () => {
        using webSocket = new Class();
        const { control } = webSocket;
        for (const value of good) {
          set(control, name, value);
          assertStrictEquals(Reflect.get(control, name), value);
        }
        const before = Reflect.get(control, name);
        for (const value of bad) {
          const error = assertThrows(
            () => set(control, name, value),
            ArgumentError,
            `Cannot set ${name} to `,
          );
          assertEquals(error.message.endsWith(`: ${rule}`), true, rule);
          assertStrictEquals(Reflect.get(control, name), before);
        }
      },
    );
  }

  Deno.test(
    `${Class.name}.control has properties that are locked while it connects and when it is connected, and free after a failure`,
    ON_LOOPBACK,
    async () => {
      using server = new RawServer();
      const webSocket = new Class();
      const { control } = webSocket;
      const values = [
        ...properties.map(({ name, good }) => [name, good[0]] as const),
        ["proxy", null] as const,
        ["clientCertificate", null] as const,
        ["trustedRootCertificates", []] as const,
      ];
      const assertLocked = (state: string): void => {
        for (const [name, value] of values) {
          assertThrows(
            () => set(control, name, value),
            InvalidOperationError,
            `Cannot set ${name}: the WebSocket is ${state}, set it before`,
          );
        }
      };
      const failed = outcome(webSocket.connectAsync(server.url));
      assertLocked("connecting");
      using peer = await server.next();
      assertLocked("connecting");
      await peer.write("HTTP/1.1 403 No\r\n\r\n");
      await failed;
      for (const [name, value] of values) set(control, name, value);
      const connected = webSocket.connectAsync(server.url);
      using other = await server.accept();
      await connected;
      assertLocked("connected");
      await closeWithPeer(webSocket, other);
      assertLocked("connected");
    },
  );
}

Deno.test("WebSocketControl has the defaults of WinRT", NO_PERMISSION, () => {
  for (const { Class } of KINDS) {
    using webSocket = new Class();
    const { control } = webSocket;
    assertEquals(control.supportedProtocols, []);
    assertEquals(control.serverCredential, null);
    assertEquals(control.proxyCredential, null);
    assertEquals(control.proxy, null);
    assertEquals(control.desiredUnsolicitedPongInterval, 30_000);
    assertEquals(control.actualUnsolicitedPongInterval, 30_000);
    assertEquals(control.idleTimeout, 0);
    assertEquals(control.compression, null);
    assertEquals(control.outboundBufferSizeInBytes, 0);
    assertEquals(control.clientCertificate, null);
    assertEquals(control.ignorableServerCertificateErrors, []);
    assertEquals(control.trustedRootCertificates, []);
    assertEquals(control.collectTlsInformation, false);
    assertEquals(control.handshakeTimeout, 30_000);
  }
});

Deno.test(
  "WebSocketControl cannot be read or set without a WebSocket",
  NO_PERMISSION,
  () => {
    const { prototype } = MessageWebSocketControl;
    const control: MessageWebSocketControl = Object.create(prototype);
    assertThrows(() => control.messageType, TypeError, "Not a control");
    assertThrows(() => control.maxMessageSize = 1, TypeError, "Not a control");
    assertThrows(() => control.idleTimeout, TypeError);
  },
);

Deno.test(
  "WebSocketControl.actualUnsolicitedPongInterval is the desired one, but at least 15 seconds, or never",
  NO_PERMISSION,
  () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    const intervals = fc.double({ min: 0, max: MAX_INTERVAL, noNaN: true });
    fc.assert(
      fc.property(intervals, (interval) => {
        control.desiredUnsolicitedPongInterval = interval;
        assertEquals(
          control.actualUnsolicitedPongInterval,
          interval === 0 ? 0 : Math.max(15_000, interval),
        );
      }),
      { examples: [[0], [1], [14_999], [15_000], [15_001]] },
    );
  },
);

Deno.test(
  "WebSocketControl.compression fills in the defaults, which can be taken back",
  NO_PERMISSION,
  () => {
    using webSocket = new StreamWebSocket();
    const { control } = webSocket;
    const defaults = {
      level: 6,
      threshold: 1024,
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
      maxInflatedSize: 16_777_216,
    };
    control.compression = true;
    assertEquals(control.compression, defaults);
    control.compression = { level: 1, clientMaxWindowBits: 9 };
    assertEquals(control.compression, {
      ...defaults,
      level: 1,
      clientMaxWindowBits: 9,
    });
    assertThrows(
      () => control.compression = { level: 10 },
      ArgumentError,
      "Cannot set compression.level to 10: it must be a whole number from 0 to 9",
    );
    assertEquals(control.compression?.level, 1);
    control.compression = false;
    assertEquals(control.compression, null);
  },
);

Deno.test(
  "WebSocketControl.proxy takes an http: URL of a host and a port, as a string as well",
  NO_PERMISSION,
  () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    control.proxy = "http://Proxy.example:3128";
    assertEquals(control.proxy?.href, "http://proxy.example:3128/");
    const url = new URL("http://[::1]/");
    control.proxy = url;
    url.host = "changed";
    assertEquals(control.proxy?.href, "http://[::1]/");
    control.proxy = null;
    assertEquals(control.proxy, null);
    for (
      const [value, reason] of [
        ["proxy.example:3128", "it must be a URL of http:"],
        ["https://proxy.example", "it must be a URL of http:"],
        ["", "it must be a URL of http:"],
        [8080, "it must be a URL of http:"],
        ["http://proxy.example/path", "it must be a host and a port alone"],
        ["http://proxy.example/?a", "it must be a host and a port alone"],
        ["http://proxy.example/#", "it must be a host and a port alone"],
        ["http://proxy.example:0", "no proxy has the port 0"],
        ["http://ann:secret@proxy.example", "use proxyCredential"],
        ["https://ann:secret@proxy.example", "use proxyCredential"],
        ["http://ann:secret@proxy.example:99999", "it must be a URL of http:"],
      ] as const
    ) {
      const { message } = assertThrows(
        () => set(control, "proxy", value),
        ArgumentError,
        reason,
      );
      assertEquals(message.startsWith("Cannot set proxy to "), true);
      assertEquals(message.includes("secret"), false);
    }
    assertEquals(control.proxy, null);
  },
);

Deno.test(
  "WebSocketControl.supportedProtocols ignores what is added after connectAsync() was called",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const { supportedProtocols } = webSocket.control;
    supportedProtocols.push("v2", "v1");
    const connected = webSocket.connectAsync(server.url);
    supportedProtocols.push("late");
    using peer = await server.next();
    assertEquals(peer.header("Sec-WebSocket-Protocol"), "v2, v1");
    supportedProtocols.length = 0;
    await peer.accept("Sec-WebSocket-Protocol: v1");
    await connected;
    assertEquals(webSocket.information.protocol, "v1");
    supportedProtocols.push("later");
    assertStrictEquals(
      webSocket.control.supportedProtocols,
      supportedProtocols,
    );
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "WebSocketControl.clientCertificate takes a certificate with its private key, and nothing else",
  NO_PERMISSION,
  async () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    const { client, root } = await goodIdentities();
    control.clientCertificate = client;
    assertStrictEquals(control.clientCertificate, client);
    for (const value of ["pem", {}, undefined, root]) {
      assertThrows(
        () => set(control, "clientCertificate", value),
        ArgumentError,
      );
    }
    assertStrictEquals(control.clientCertificate, client);
    control.clientCertificate = null;
    assertEquals(control.clientCertificate, null);
  },
);

Deno.test(
  "WebSocketControl.trustedRootCertificates copies the list, which may be added to",
  NO_PERMISSION,
  async () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    const { root } = await goodIdentities();
    const roots: Certificate[] = [];
    control.trustedRootCertificates = roots;
    control.trustedRootCertificates.push(root);
    assertEquals(control.trustedRootCertificates, [root]);
    assertEquals(roots, []);
  },
);

Deno.test(
  "WebSocketControl.messageType may be set at any time, to a type alone",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const { control } = client;
    for (const type of Object.values(SocketMessageType)) {
      control.messageType = type;
      assertEquals(control.messageType, type);
    }
    for (const value of [2, "utf8", null]) {
      assertThrows(
        () => set(control, "messageType", value),
        ArgumentError,
        "it must be one of SocketMessageType",
      );
    }
    assertEquals(control.messageType, SocketMessageType.utf8);
    await closeAll(client, server);
    control.messageType = SocketMessageType.binary;
    assertEquals(control.messageType, SocketMessageType.binary);
  },
);

Deno.test({
  name:
    "WebSocketControl.outboundBufferSizeInBytes is checked, and ignored after connectAsync()",
  permissions: { ffi: true, net: ["127.0.0.1"] },
  ignore: Deno.build.os !== "linux",
  async fn() {
    assertEquals(hasNativeSockets(), true);
    const webSocket = new StreamWebSocket();
    const { control } = webSocket;
    for (const value of [0, -1, 1.5, 2 ** 31]) {
      assertThrows(
        () => control.outboundBufferSizeInBytes = value,
        ArgumentError,
        "it must be a whole number from 1 to 2147483647",
      );
    }
    control.outboundBufferSizeInBytes = 40_000;
    using server = new RawServer();
    const connected = webSocket.connectAsync(server.url);
    control.outboundBufferSizeInBytes = 1;
    using peer = await server.accept();
    await connected;
    control.outboundBufferSizeInBytes = -1;
    assertEquals(control.outboundBufferSizeInBytes, 40_000);
    await closeWithPeer(webSocket, peer);
  },
});

Deno.test(
  "WebSocketControl.ignorableServerCertificateErrors is a list to add to, always the same one",
  NO_PERMISSION,
  () => {
    using webSocket = new MessageWebSocket();
    const { control } = webSocket;
    control.ignorableServerCertificateErrors.push(
      ChainValidationResult.untrusted,
    );
    assertEquals(control.ignorableServerCertificateErrors, [
      ChainValidationResult.untrusted,
    ]);
  },
);
