import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  PasswordCredential,
  WebErrorStatus,
  WebSocketError,
} from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";
import { freePort, type Server } from "./_peers.ts";
import { identities } from "./_tls_identities.ts";
import { Files, PERMISSIONS as permissions } from "./_tls_peers.ts";
import {
  type EchoServer,
  startTinyproxy,
  toPeerTls,
  WS,
} from "./_web_socket_peers.ts";
import { connect, type Talk } from "./_web_socket_talk.ts";

const MEBIBYTE = 1024 * 1024;
const USER = "ann";
const PASSWORD = "secret";

/** Connects by a proxy, as who has a password or none. */
async function connectBy(
  proxy: Server,
  url: string,
  password: string | null,
): Promise<Talk> {
  const { root } = await identities();
  const address = `http://127.0.0.1:${proxy.port}`;
  return await connect(url, ({ control }) => {
    control.trustedRootCertificates.push(root.certificate);
    control.proxy = address;
    control.proxyCredential = password === null
      ? null
      : new PasswordCredential(address, USER, password);
  });
}

/** Starts a server of plain WebSockets, or of secure ones. */
async function startServer(isSecure: boolean): Promise<EchoServer> {
  const { server } = await identities();
  const options = isSecure ? { tls: await toPeerTls(server) } : {};
  return await WS.startServer(options);
}

for (const scheme of ["ws", "wss"]) {
  Deno.test(
    `MessageWebSocket talks to a server of ${scheme} through tinyproxy`,
    {
      permissions,
    },
    async () => {
      await using files = await Files.make();
      await using proxy = await startTinyproxy(files, USER, PASSWORD);
      await using server = await startServer(scheme === "wss");
      await using talk = await connectBy(proxy, server.url, PASSWORD);
      const sent = randomBytes(MEBIBYTE).toBase64();
      assert(await talk.ask(sent) === sent);
      assert(await talk.webSocket.pingAsync() > 0);
      assertEquals(await talk.ask("ping"), "pong are you there");
      talk.webSocket.close(4001, "bye");
      assertEquals(await talk.closed, "4001 bye");
      assertEquals(await server.closed(), "4001 bye");
    },
  );

  Deno.test(`MessageWebSocket for ${scheme} needs a credential for tinyproxy`, {
    permissions,
  }, async () => {
    await using files = await Files.make();
    await using proxy = await startTinyproxy(files, USER, PASSWORD);
    const url = `${scheme}://127.0.0.1:${freePort()}/`;
    const error = await assertRejects(
      () => connectBy(proxy, url, null),
      WebSocketError,
      'the proxy answered "407 Proxy Authentication Required"',
    );
    assertEquals(error.status, WebErrorStatus.proxyAuthenticationRequired);
    // A wrong one has the status 401 in tinyproxy 1.11.
    await assertRejects(
      () => connectBy(proxy, url, "wrong"),
      WebSocketError,
      'the proxy answered "40',
    );
  });

  Deno.test(
    `MessageWebSocket for ${scheme} is told by tinyproxy that there is no server`,
    {
      permissions,
    },
    async () => {
      await using files = await Files.make();
      await using proxy = await startTinyproxy(files, USER, PASSWORD);
      const url = `${scheme}://127.0.0.1:${freePort()}/`;
      const error = await assertRejects(
        () => connectBy(proxy, url, PASSWORD),
        WebSocketError,
        "the proxy answered",
      );
      assertEquals(error.status, WebErrorStatus.internalServerError);
    },
  );
}
