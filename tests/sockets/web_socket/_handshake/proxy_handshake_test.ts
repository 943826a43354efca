import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { WebErrorStatus } from "../../../../errors/web_error_status.ts";
import { WebSocketError } from "../../../../errors/web_socket_error.ts";
import { parseResponseHead } from "../../../../sockets/web_socket/_handshake/http_head.ts";
import {
  checkConnectResponse,
  formatConnectRequest,
} from "../../../../sockets/web_socket/_handshake/proxy_handshake.ts";
import { headOf, INJECTIONS, PURE, textOf } from "./_heads.ts";

const SUBJECT = "wss://server.example.com/chat";

/** Checks a response of this line. */
function check(line: string): void {
  checkConnectResponse(parseResponseHead(headOf(line)), SUBJECT);
}

Deno.test(
  "formatConnectRequest() writes a host, a port and a credential",
  PURE,
  () => {
    const request = { host: "server.example.com", port: 443 };
    assertEquals(
      textOf(formatConnectRequest({ ...request, authorization: null })),
      textOf(headOf(
        "CONNECT server.example.com:443 HTTP/1.1",
        "Host: server.example.com:443",
      )),
    );
    assertEquals(
      textOf(formatConnectRequest({ ...request, authorization: "Basic Og==" })),
      textOf(headOf(
        "CONNECT server.example.com:443 HTTP/1.1",
        "Host: server.example.com:443",
        "Proxy-Authorization: Basic Og==",
      )),
    );
  },
);

Deno.test(
  "formatConnectRequest() writes IPv6 addresses in brackets",
  PURE,
  () => {
    for (const host of ["::1", "[::1]"]) {
      assertEquals(
        textOf(formatConnectRequest({ host, port: 80, authorization: null })),
        textOf(headOf("CONNECT [::1]:80 HTTP/1.1", "Host: [::1]:80")),
      );
    }
  },
);

Deno.test(
  "formatConnectRequest() refuses what would not stay in its line",
  PURE,
  () => {
    for (const text of INJECTIONS) {
      const options = { host: "a", port: 80, authorization: text };
      assertThrows(() => formatConnectRequest(options), ArgumentError);
    }
    for (
      const host of [
        "",
        "a b",
        "a/",
        "a@b",
        "fe80::1%eth0",
        "[::1",
        ...INJECTIONS,
      ]
    ) {
      assertThrows(
        () => formatConnectRequest({ host, port: 80, authorization: null }),
        ArgumentError,
        "by a proxy: it is not a host and a port",
      );
    }
    assertThrows(
      () =>
        formatConnectRequest({ host: "a b", port: 80, authorization: null }),
      ArgumentError,
      'Cannot connect to "a b:80" by a proxy: it is not a host and a port',
    );
  },
);

Deno.test("checkConnectResponse() takes any 2xx", PURE, () => {
  for (
    const line of [
      "HTTP/1.1 200 OK",
      "HTTP/1.0 200 Connection established",
      "HTTP/1.1 299",
    ]
  ) check(line);
});

Deno.test("checkConnectResponse() keeps any other status", PURE, () => {
  const cases: readonly (readonly [string, number])[] = [
    [
      "407 Proxy Authentication Required",
      WebErrorStatus.proxyAuthenticationRequired,
    ],
    ["502 Bad Gateway", WebErrorStatus.badGateway],
    ["100 Continue", WebErrorStatus.unexpectedStatusCode],
    ["300 Multiple Choices", WebErrorStatus.multipleChoices],
  ];
  for (const [answer, status] of cases) {
    const error = assertThrows(
      () => check(`HTTP/1.1 ${answer}`),
      WebSocketError,
      `Cannot connect to "${SUBJECT}": the proxy answered "${answer}"`,
    );
    assertEquals(error.status, status);
    assertEquals(error.hresult >>> 0, 0x80190000 + Number(answer.slice(0, 3)));
  }
});
