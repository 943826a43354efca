import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  MessageWebSocket,
  PasswordCredential,
  type ServerMessageWebSocket,
  StreamWebSocket,
  WebErrorStatus as Status,
  WebSocketError,
  type WebSocketListener,
} from "../../../mod.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { closedPort } from "../stream_socket/_echo.ts";
import {
  closeAll,
  listen,
  listenSecurely,
  nextError,
  nextRequest,
  ON_LOOPBACK,
} from "./_client_listener.ts";
import { ConnectProxy } from "./_client_proxy.ts";
import { type Answer, failureOf } from "./_client_raw.ts";

/** RFC 8446, section 5.1. */
const HANDSHAKE = 22;
const text = new TextDecoder("latin1");

interface Tunnel extends AsyncDisposable {
  readonly webSocket: MessageWebSocket;
  readonly server: ServerMessageWebSocket;
  readonly proxy: ConnectProxy;
  /** What the server was asked for. */
  readonly headers: Headers;
  readonly url: URL;
}

/** Connects to a listener by a proxy. */
async function openTunnel(
  listener: WebSocketListener,
  uri: string,
  configure: (webSocket: MessageWebSocket) => void = () => {},
): Promise<Tunnel> {
  listener.onconnectionreceived = null;
  const proxy = new ConnectProxy(listener.information.localPort);
  const webSocket = new MessageWebSocket();
  webSocket.control.proxy = proxy.url;
  configure(webSocket);
  const requested = nextRequest(listener);
  const connected = webSocket.connectAsync(uri);
  const request = await requested;
  const server = await request.acceptMessageWebSocketAsync();
  await connected;
  return {
    webSocket,
    server,
    proxy,
    headers: request.headers,
    url: request.url,
    async [Symbol.asyncDispose]() {
      await closeAll(webSocket, server);
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Connects by a proxy that makes no tunnel. */
function failureByProxy(answer: Answer, uri: string): Promise<WebSocketError> {
  return failureOf(answer, {
    configure({ control }, { port }) {
      control.proxy = `http://127.0.0.1:${port}`;
    },
    uri,
  });
}

Deno.test(
  "ClientWebSocket.connectAsync() connects to ws: by control.proxy, which is told the name of the server",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const uri = "ws://a.example:8080/chat?x";
    await using tunnel = await openTunnel(listener, uri);
    const { webSocket, proxy, url } = tunnel;
    await webSocket.pingAsync();
    assertEquals(proxy.heads, [
      "CONNECT a.example:8080 HTTP/1.1\r\nHost: a.example:8080",
    ]);
    assertEquals(url.href, uri);
    assertMatch(text.decode(proxy.toServer), /^GET \/chat\?x HTTP\/1\.1\r\n/);
    const { socketInformation } = webSocket.information;
    assertEquals(socketInformation.remotePort, new URL(proxy.url).port);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() names the default ports, and addresses of IPv6 in brackets, to a proxy",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    for (
      const [uri, target] of [
        ["ws://A.example/", "a.example:80"],
        ["ws://b\xFCcher.example/", "xn--bcher-kva.example:80"],
        ["ws://[2001:DB8::1]/", "[2001:db8::1]:80"],
      ] as const
    ) {
      await using tunnel = await openTunnel(listener, uri);
      assertEquals(tunnel.proxy.heads, [
        `CONNECT ${target} HTTP/1.1\r\nHost: ${target}`,
      ]);
    }
  },
);

for (const collects of [false, true]) {
  Deno.test(
    `ClientWebSocket.connectAsync() ${
      collects ? "with" : "without"
    } control.collectTlsInformation speaks TLS with a server behind a proxy, which sees nothing of it`,
    ON_LOOPBACK,
    async () => {
      const { root } = await goodIdentities();
      using listener = await listenSecurely();
      await using tunnel = await openTunnel(
        listener,
        "wss://localhost/secret",
        ({ control }) => {
          control.trustedRootCertificates = [root];
          control.collectTlsInformation = collects;
          control.serverCredential = new PasswordCredential("", "ann", "s");
        },
      );
      const { webSocket, proxy, headers, url } = tunnel;
      await webSocket.outputStream.writeAsync(new Uint8Array(1000));
      assertEquals(proxy.heads, [
        "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443",
      ]);
      assertEquals(proxy.toServer[0], HANDSHAKE);
      const seen = text.decode(proxy.toServer);
      for (const secret of ["/secret", "websocket", "Basic"]) {
        assert(!seen.includes(secret), secret);
      }
      assertEquals(url.href, "wss://localhost/secret");
      assertEquals(headers.get("Authorization"), `Basic ${btoa("ann:s")}`);
      const { serverCertificate } = webSocket.information;
      assertEquals(serverCertificate?.subject, "Server");
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() checks the certificate of a server behind a proxy, and asks the handlers",
  ON_LOOPBACK,
  async () => {
    const { root } = await goodIdentities();
    using listener = await listenSecurely();
    await using proxy = new ConnectProxy(listener.information.localPort);
    await using webSocket = new StreamWebSocket();
    const { control } = webSocket;
    control.proxy = proxy.url;
    control.trustedRootCertificates = [root];
    const mismatch = await assertRejects(
      () => webSocket.connectAsync("wss://a.example/"),
      WebSocketError,
    );
    assertEquals(mismatch.status, Status.certificateCommonNameIsIncorrect);
    webSocket.onservercustomvalidationrequested = (event) => event.reject();
    const failed = nextError(listener);
    const rejection = await assertRejects(
      () => webSocket.connectAsync("wss://localhost/"),
      WebSocketError,
      "has rejected the certificate",
    );
    assertEquals(rejection.hresult >>> 0, 0x800C_000E);
    await failed;
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() sends control.proxyCredential to the proxy alone, and control.serverCredential to the server alone",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    await using tunnel = await openTunnel(
      listener,
      "ws://a.example/",
      (webSocket) => {
        const { control } = webSocket;
        control.proxyCredential = new PasswordCredential("", "pat", "p");
        control.serverCredential = new PasswordCredential("", "sue", "s");
        webSocket.setRequestHeader("X-Own", "for the server");
      },
    );
    assertEquals(tunnel.proxy.heads, [
      "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n" +
      `Proxy-Authorization: Basic ${btoa("pat:p")}`,
    ]);
    const { headers } = tunnel;
    assertEquals(headers.get("Authorization"), `Basic ${btoa("sue:s")}`);
    assertEquals(headers.get("Proxy-Authorization"), null);
    assertEquals(headers.get("X-Own"), "for the server");
  },
);

for (
  const [line, status] of [
    ["407 Proxy Authentication Required", Status.proxyAuthenticationRequired],
    ["502 Bad Gateway", Status.badGateway],
    ["403 Forbidden", Status.forbidden],
    ["301 Moved Permanently", Status.movedPermanently],
    ["101 Switching Protocols", undefined],
  ] as const
) {
  Deno.test(
    `ClientWebSocket.connectAsync() keeps the status ${line} of a proxy`,
    ON_LOOPBACK,
    async () => {
      for (const uri of ["ws://a.example/", "wss://a.example/"]) {
        const error = await failureByProxy(`HTTP/1.1 ${line}\r\n\r\n`, uri);
        const code = Number(line.slice(0, 3));
        assertEquals(error.hresult >>> 0, 0x8019_0000 + code);
        if (status !== undefined) assertEquals(error.status, status);
        assertEquals(
          error.message,
          `Cannot connect to "${uri}": the proxy answered "${line}"`,
        );
      }
    },
  );
}

for (
  const [name, answer, reason] of [
    ["garbage", "\x16\x03\x01\r\n\r\n", "proxy: the status line is not valid"],
    [
      "a head that is too long",
      `HTTP/1.1 200 OK\r\nX: ${"x".repeat(16 * 1024)}`,
      "proxy: the head is longer than 16384 bytes",
    ],
    [
      "more than a head",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
      "the proxy has sent more than its answer",
    ],
    [
      "an answer of the server that is not there",
      "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n",
      "the proxy has sent more than its answer",
    ],
  ] as const
) {
  Deno.test(
    `ClientWebSocket.connectAsync() rejects when a proxy answers with ${name}`,
    ON_LOOPBACK,
    async () => {
      for (const uri of ["ws://a.example/", "wss://a.example/"]) {
        const error = await failureByProxy(answer, uri);
        assertEquals(error.status, Status.errorHttpInvalidServerResponse);
        assertStringIncludes(error.message, `"${uri}": ${reason}`);
      }
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() rejects when a proxy ends the connection",
  ON_LOOPBACK,
  async () => {
    for (const start of ["", "HTTP/1.1 200"]) {
      const error = await failureByProxy(async (peer) => {
        await peer.write(start);
        await peer.conn.closeWrite();
      }, "ws://a.example/");
      assertEquals(error.status, Status.errorHttpInvalidServerResponse);
      assertStringIncludes(
        error.message,
        `proxy: the connection ended after ${start.length} bytes of the head`,
      );
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() takes any status of success of a proxy, also in HTTP/1.0",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    for (const line of ["HTTP/1.0 200", "HTTP/1.1 204 No Content"]) {
      const proxy = new ConnectProxy(listener.information.localPort);
      proxy.answer = `${line}\r\nVia: test\r\n\r\n`;
      const webSocket = new MessageWebSocket();
      webSocket.control.proxy = proxy.url;
      const requested = nextRequest(listener);
      const connected = webSocket.connectAsync("ws://a.example/");
      const server = await (await requested).acceptMessageWebSocketAsync();
      await connected;
      await closeAll(webSocket, server);
      await proxy[Symbol.asyncDispose]();
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() can be called again with the credential that a proxy has asked for",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    await using proxy = new ConnectProxy(listener.information.localPort);
    const { answer } = proxy;
    proxy.answer = "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic\r\n\r\n";
    const webSocket = new MessageWebSocket();
    const { control } = webSocket;
    control.proxy = proxy.url;
    const error = await assertRejects(
      () => webSocket.connectAsync("ws://a.example/"),
      WebSocketError,
    );
    assertEquals(error.status, Status.proxyAuthenticationRequired);
    control.proxyCredential = new PasswordCredential("", "pat", "p");
    proxy.answer = answer;
    const requested = nextRequest(listener);
    const connected = webSocket.connectAsync("ws://a.example/");
    const server = await (await requested).acceptMessageWebSocketAsync();
    await connected;
    assertEquals(proxy.heads.length, 2);
    await closeAll(webSocket, server);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects with cannotConnect when there is no proxy",
  ON_LOOPBACK,
  async () => {
    using webSocket = new MessageWebSocket();
    webSocket.control.proxy = `http://127.0.0.1:${closedPort()}`;
    const error = await assertRejects(
      () => webSocket.connectAsync("wss://a.example/"),
      WebSocketError,
      "connection refused",
    );
    assertEquals(error.status, Status.cannotConnect);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() connects to the port 80 of a proxy that has no other",
  { permissions: "none" },
  async () => {
    using webSocket = new MessageWebSocket();
    webSocket.control.proxy = "http://127.0.0.1";
    await assertRejects(
      () => webSocket.connectAsync("ws://a.example:8080/"),
      Deno.errors.NotCapable,
      '"127.0.0.1:80"',
    );
  },
);
