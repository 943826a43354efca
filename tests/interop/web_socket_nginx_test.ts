import { assert, assertEquals, assertRejects } from "@std/assert";
import { WebErrorStatus, WebSocketError } from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";
import { freePort } from "./_peers.ts";
import { identities } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startNginx,
  type TlsServer,
} from "./_tls_peers.ts";
import { startEchoListener } from "./_web_socket_listener.ts";
import { connect, type Talk } from "./_web_socket_talk.ts";

const MEBIBYTE = 1024 * 1024;

/** Starts an nginx that does TLS for a server of plain WebSockets. */
async function startProxy(files: Files, url: string): Promise<TlsServer> {
  const { server } = await identities();
  return await startNginx(
    files,
    server,
    `
    location / {
      proxy_pass ${url.replace("ws:", "http:")};
      proxy_http_version 1.1;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
    `,
  );
}

async function connectTo({ port }: TlsServer): Promise<Talk> {
  const { root } = await identities();
  return await connect(`wss://localhost:${port}/path`, ({ control }) => {
    control.trustedRootCertificates.push(root.certificate);
    control.supportedProtocols.push("chat");
    control.compression = true;
  });
}

Deno.test(
  "MessageWebSocket talks to WebSocketListener through nginx that does TLS",
  {
    permissions,
  },
  async () => {
    await using listener = await startEchoListener({
      accept: { protocol: "chat", compression: true },
    });
    await using files = await Files.make();
    await using nginx = await startProxy(files, listener.url);
    await using talk = await connectTo(nginx);
    assertEquals(talk.webSocket.information.protocol, "chat");
    const { url, headers } = await listener.request;
    assertEquals(url.href, `ws://localhost:${nginx.port}/path`);
    assertEquals(headers.get("X-Forwarded-Proto"), "https");

    const sent = randomBytes(MEBIBYTE).toBase64();
    assert(await talk.ask(sent) === sent);
    assertEquals(await talk.ask("fragments"), "one, two, three");
    assert(await talk.webSocket.pingAsync() > 0);
    assertEquals(await talk.ask("ping"), "pong are you there");
    talk.webSocket.close(4001, "bye");
    assertEquals(await talk.closed, "4001 bye");
    assertEquals(await listener.closed, "4001 bye");
  },
);

Deno.test(
  "ServerMessageWebSocket.close() tells the code and the reason through nginx",
  {
    permissions,
  },
  async () => {
    await using listener = await startEchoListener({
      accept: { protocol: "chat" },
    });
    await using files = await Files.make();
    await using nginx = await startProxy(files, listener.url);
    await using talk = await connectTo(nginx);
    assertEquals(await talk.ask("close 4002 you go"), null);
    assertEquals(await talk.closed, "4002 you go");
    assertEquals(await listener.closed, "4002 you go");
  },
);

Deno.test("MessageWebSocket is told by nginx that there is no server", {
  permissions,
}, async () => {
  await using files = await Files.make();
  await using nginx = await startProxy(files, `ws://127.0.0.1:${freePort()}/`);
  const error = await assertRejects(
    () => connectTo(nginx),
    WebSocketError,
    'the server answered "502 Bad Gateway"',
  );
  assertEquals(error.status, WebErrorStatus.badGateway);
});
