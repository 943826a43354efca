import { assertEquals, assertMatch } from "@std/assert";
import { WebSocketListener } from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";
import { DENO } from "./_web_socket_deno.ts";
import { startEchoListener } from "./_web_socket_listener.ts";
import { PEERS, type Report, startWs } from "./_web_socket_peers.ts";

const MEBIBYTE = 1024 * 1024;
/** The last one is 1 MiB that no compression makes less of. */
const MESSAGES = [
  "Grüße, 世界 🌍",
  "",
  randomBytes(MEBIBYTE * 3 / 4).toBase64(),
];

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const EXPECTED: Report = {
  protocol: "chat",
  extensions: "",
  header: "value",
  echoes: [true, true, true],
  joined: "one, two, three",
  fragments: "one, two, three",
  pong: "are you there",
  pinged: "pong are you there",
  closed: "4001 Grüße",
};

for (const { name, talk } of [...PEERS, DENO]) {
  Deno.test(`ServerMessageWebSocket has a conversation with ${name}`, {
    permissions,
  }, async () => {
    await using listener = await startEchoListener({
      accept: { protocol: "chat", headers: { "X-Header": "value" } },
    });
    const report = await talk({
      url: `${listener.url}path?a=b`,
      messages: MESSAGES,
      protocols: ["chat.v2", "chat"],
      headers: { Cookie: "a=b; c=d" },
      close: [4001, "Grüße"],
    });
    // What a client does not tell is not compared.
    assertEquals({ ...EXPECTED, ...report }, EXPECTED);
    const { url, headers, requestedProtocols } = await listener.request;
    assertEquals(url.href, `${listener.url}path?a=b`);
    assertEquals(headers.get("Cookie"), "a=b; c=d");
    assertEquals(requestedProtocols, ["chat.v2", "chat"]);
    assertEquals(await listener.closed, "4001 Grüße");
  });

  Deno.test(
    `ServerMessageWebSocket.close() tells ${name} the code and the reason`,
    {
      permissions,
    },
    async () => {
      await using listener = await startEchoListener();
      const { url } = listener;
      const { protocol, closed } = await talk({ url, messages: [] });
      assertEquals({ protocol, closed }, {
        protocol: "",
        closed: "4002 you go",
      });
      assertEquals(await listener.closed, "4002 you go");
    },
  );

  Deno.test(`WebSocketListener tells ${name} that it is not accepted`, {
    permissions,
  }, async () => {
    await using listener = new WebSocketListener();
    listener.onconnectionreceived = (request) =>
      request.rejectAsync(401, "Who are you?", {
        headers: { "WWW-Authenticate": 'Basic realm="tests"' },
      });
    await listener.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = listener.information;
    const url = `ws://127.0.0.1:${localPort}/`;
    const { error } = await talk({ url, messages: [] });
    assertMatch(`${error}`, /401/);
  });
}

Deno.test("ServerStreamWebSocket sends its bytes back to a stream of ws", {
  permissions,
}, async () => {
  await using listener = new WebSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { localPort } = listener.information;
  const url = `ws://127.0.0.1:${localPort}/`;
  await using child = await startWs("stream", { url, size: MEBIBYTE });
  for await (const request of listener) {
    await using webSocket = await request.acceptStreamWebSocketAsync();
    await webSocket.inputStream.pipeTo(webSocket.outputStream);
    break;
  }
  const { code, stdout, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const { sent, received } = JSON.parse(stdout);
  assertEquals(received, sent);
});
