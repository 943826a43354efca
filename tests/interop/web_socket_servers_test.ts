import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  MessageWebSocketReceiveMode,
  PasswordCredential,
  StreamWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";
import { DENO } from "./_web_socket_deno.ts";
import { askReport, PEERS } from "./_web_socket_peers.ts";
import { connect } from "./_web_socket_talk.ts";

const EMPTY = new Uint8Array(0);
const MEBIBYTE = 1024 * 1024;
const CREDENTIALS = ["ann", "se:cret"] as const;

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

for (const { name, startServer } of [...PEERS, DENO]) {
  Deno.test(`MessageWebSocket gets its messages back from ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    for (
      const data of [
        "Grüße, 世界 🌍",
        "",
        new Uint8Array(0),
        new Uint8Array([0, 127, 128, 255]),
        randomBytes(MEBIBYTE),
        "ü".repeat(MEBIBYTE / 2),
      ]
    ) {
      assert(equals(await talk.ask(data), data));
    }
  });

  Deno.test(`MessageWebSocket sends a message in frames to ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    await talk.sendFragments("a", "", "Ã", "b".repeat(70_000));
    assertEquals(await talk.receive(), `aÃ${"b".repeat(70_000)}`);
  });

  Deno.test(`MessageWebSocket.pingAsync() is answered by ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    assert(await talk.webSocket.pingAsync() > 0);
    assert(await talk.webSocket.pingAsync(new Uint8Array(0)) > 0);
    assert(await talk.webSocket.pingAsync(randomBytes(125)) > 0);
  });

  Deno.test(`MessageWebSocket.close() tells ${name} the code and the reason`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    talk.webSocket.close(4001, "Grüße");
    assertEquals(await talk.closed, "4001 Grüße");
    assertEquals(await server.closed(), "4001 Grüße");
  });

  Deno.test(`MessageWebSocket.onclosed tells why ${name} has closed it`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    assertEquals(await talk.ask("close 4002 you go"), null);
    assertEquals(await talk.closed, "4002 you go");
    assertEquals(await server.closed(), "4002 you go");
  });

  Deno.test(`MessageWebSocket tells ${name} of protocols and headers`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url, (webSocket) => {
      webSocket.control.supportedProtocols.push("chat.v2", "chat");
      webSocket.setRequestHeader("Cookie", "a=b; c=d");
    });
    const { protocol } = talk.webSocket.information;
    const report = await askReport(talk);
    assertEquals(
      [protocol, report.protocol, report.extensions, report.cookie],
      ["chat", "chat", "", "a=b; c=d"],
    );
  });

  Deno.test(`StreamWebSocket gets its bytes back from ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using webSocket = new StreamWebSocket();
    await webSocket.connectAsync(server.url);
    const sent = randomBytes(MEBIBYTE);
    const { outputStream, inputStream } = webSocket;
    for (let i = 0; i < MEBIBYTE; i += 10_000) {
      outputStream.writeAsync(sent.subarray(i, i + 10_000));
    }
    const received = await inputStream.readAsync(new Uint8Array(MEBIBYTE));
    assert(equals(received, sent));
    await outputStream.close();
    assertEquals(await server.closed(), "1000 ");
    assertEquals(await inputStream.readAsync(new Uint8Array(1)), EMPTY);
  });
}

for (const { name, startServer } of PEERS) {
  Deno.test(`MessageWebSocket receives the frames of a message of ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url, ({ control }) => {
      control.receiveMode = MessageWebSocketReceiveMode.partialMessage;
    });
    await talk.send("fragments");
    const parts = await talk.receiveParts();
    assertEquals(parts.slice(0, 2), [
      { text: "one, ", isLast: false },
      { text: "two, ", isLast: false },
    ]);
    assertEquals(parts.map(({ text }) => text).join(""), "one, two, three");
  });

  Deno.test(`MessageWebSocket joins the frames of a message of ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    assertEquals(await talk.ask("fragments"), "one, two, three");
  });

  Deno.test(`MessageWebSocket answers a ping of ${name}`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url);
    assertEquals(await talk.ask("ping"), "pong are you there");
  });

  Deno.test(
    `MessageWebSocket needs a credential for ${name} that asks for it`,
    {
      permissions,
    },
    async () => {
      await using server = await startServer({
        credentials: CREDENTIALS,
      });
      const error = await assertRejects(
        () => connect(server.url),
        WebSocketError,
        'the server answered "401 Unauthorized"',
      );
      assertEquals(error.status, WebErrorStatus.unauthorized);
      await using talk = await connect(server.url, ({ control }) => {
        control.serverCredential = new PasswordCredential(
          server.url,
          ...CREDENTIALS,
        );
      });
      assertEquals(await talk.ask("hello"), "hello");
    },
  );
}

/** Whether messages are the same; faster than a comparison that tells where. */
function equals(
  one: string | Uint8Array | null,
  other: string | Uint8Array,
): boolean {
  if (!(one instanceof Uint8Array && other instanceof Uint8Array)) {
    return one === other;
  }
  return one.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}
