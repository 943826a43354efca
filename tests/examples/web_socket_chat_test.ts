import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { WebErrorStatus, WebSocketError } from "@winrt/sockets";
import {
  type Chat,
  type ChatOptions,
  startChat,
} from "../../examples/web_socket_chat/chat_server.ts";
import {
  parseName,
  parseSay,
} from "../../examples/web_socket_chat/messages.ts";
import { Guest, PAGE } from "./_chat_guest.ts";
import { Child, exampleWith } from "./_child.ts";

const permissions = {
  net: ["127.0.0.1"],
} satisfies Deno.PermissionOptions;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** On Windows, no program can press Ctrl-C for another one. */
const noInterrupt = Deno.build.os === "windows";

function open(options: Partial<ChatOptions> = {}): Promise<Chat> {
  const origins = new Set([PAGE]);
  return startChat({ host: "127.0.0.1", port: "", origins, ...options });
}

/** Asserts what the server tells next that somebody says. */
async function assertHears(
  guest: Guest,
  name: string,
  text: string,
): Promise<void> {
  const { time, ...rest } = await guest.next() ?? {};
  assertMatch(`${time}`, TIME);
  assertEquals(rest, { type: "said", name, text });
}

Deno.test("web_socket_chat tells everybody who is there, and what they say", {
  permissions,
}, async () => {
  await using chat = await open();
  await using ann = await Guest.connect(chat, "Ann");
  assertEquals(await ann.next(), {
    type: "welcome",
    name: "Ann",
    names: ["Ann"],
  });
  await using zoe = await Guest.connect(chat, "  Zoë ");
  assertEquals(await zoe.next(), {
    type: "welcome",
    name: "Zoë",
    names: ["Ann", "Zoë"],
  });
  assertEquals(await ann.next(), { type: "joined", name: "Zoë" });

  await zoe.send({ type: "say", text: "¡Hola! <b>" });
  await assertHears(ann, "Zoë", "¡Hola! <b>");
  await assertHears(zoe, "Zoë", "¡Hola! <b>");

  zoe.close();
  assertEquals(await ann.next(), { type: "left", name: "Zoë" });
  assertEquals((await zoe.closed).reason, "Goodbye");
});

Deno.test(
  "web_socket_chat lets a name be taken again when its owner has left",
  {
    permissions,
  },
  async () => {
    await using chat = await open();
    await using first = await Guest.connect(chat, "Ann");
    await first.next();
    await using second = await Guest.connect(chat, "Ann");
    const { code, reason } = await second.closed;
    assertEquals([code, reason], [4001, "Somebody else has that name"]);

    await using bob = await Guest.connect(chat, "Bob");
    await bob.next();
    first.close();
    assertEquals(await bob.next(), { type: "left", name: "Ann" });
    await using third = await Guest.connect(chat, "Ann");
    assertEquals(await third.next(), {
      type: "welcome",
      name: "Ann",
      names: ["Bob", "Ann"],
    });
  },
);

for (const name of ["", " ", "a\nb", "a".repeat(25)]) {
  Deno.test(`web_socket_chat refuses the name ${JSON.stringify(name)}`, {
    permissions,
  }, async () => {
    await using chat = await open();
    await using guest = await Guest.connect(chat, name);
    const { code, reason } = await guest.closed;
    assertEquals([code, reason], [4000, "That is not a name"]);
  });
}

const REFUSED = [
  [{ origin: "http://other.example" }, WebErrorStatus.forbidden],
  [{ origin: `${PAGE}:8080` }, WebErrorStatus.forbidden],
  [{ origin: null }, WebErrorStatus.forbidden],
  [{ protocol: "chat.v2" }, WebErrorStatus.badRequest],
] as const;

for (const [options, status] of REFUSED) {
  Deno.test(
    `web_socket_chat refuses a client with ${JSON.stringify(options)}`,
    {
      permissions,
    },
    async () => {
      await using chat = await open();
      const error = await assertRejects(
        () => Guest.connect(chat, "Ann", options),
        WebSocketError,
      );
      assertEquals(error.status, status);
    },
  );
}

for (const message of ["hello", "null", { type: "say", text: " " }]) {
  Deno.test(
    `web_socket_chat closes a client that sends ${JSON.stringify(message)}`,
    {
      permissions,
    },
    async () => {
      await using chat = await open();
      await using ann = await Guest.connect(chat, "Ann");
      await ann.next();
      await using bob = await Guest.connect(chat, "Bob");
      await bob.send(message);
      const { code, reason } = await bob.closed;
      assertEquals([code, reason], [4002, "That is not a message"]);

      assertEquals(await ann.next(), { type: "joined", name: "Bob" });
      assertEquals(await ann.next(), { type: "left", name: "Bob" });
    },
  );
}

Deno.test("web_socket_chat refuses a message that is too large", {
  permissions,
}, async () => {
  await using chat = await open();
  await using ann = await Guest.connect(chat, "Ann");
  await ann.send({ type: "say", text: "a".repeat(20_000) });

  assertEquals((await ann.closed).code, 1009);
});

Deno.test(
  "web_socket_chat drops a member who does not read, and holds nobody up",
  {
    permissions,
  },
  async () => {
    await using chat = await open({ maxQueueSize: 64 * 1024 });
    await using ann = await Guest.connect(chat, "Ann");
    await ann.next();
    await using slow = await Guest.connect(chat, "Slow");
    assertEquals(await ann.next(), { type: "joined", name: "Slow" });
    // It does not read: what comes fills its queues, and those of the system.

    const text = "é".repeat(2_000);
    for (;;) {
      await ann.send({ type: "say", text });
      const message = await ann.next();
      if (message?.name !== "Slow") continue;
      assertEquals(message, { type: "left", name: "Slow" });
      break;
    }
    await assertHears(ann, "Ann", text);
    await assertRejects(async () => {
      for (;;) if (await slow.next() === undefined) break;
    }, WebSocketError);
  },
);

Deno.test("web_socket_chat tells its members when it ends", {
  permissions,
}, async () => {
  const chat = await open();
  await using ann = await Guest.connect(chat, "Ann");
  await ann.next();
  await chat[Symbol.asyncDispose]();

  const { code, reason } = await ann.closed;
  assertEquals([code, reason], [1001, "The chat has ended"]);
});

Deno.test("parseName() takes a name in its normal form", {
  permissions: "none",
}, () => {
  assertEquals(parseName(" Zoe\u0308 "), "Zoë");
  assertEquals(parseName(null), null);
});

Deno.test("parseSay() takes a text and nothing else", {
  permissions: "none",
}, () => {
  assertEquals(parseSay('{"type":"say","text":" a "}'), " a ");
  for (
    const json of [
      "",
      "[]",
      "1",
      '{"type":"say"}',
      '{"type":"say","text":1}',
      '{"type":"sing","text":"a"}',
      JSON.stringify({ type: "say", text: "a".repeat(2_001) }),
    ]
  ) {
    assertEquals(parseSay(json), null, json);
  }
});

Deno.test("web_socket_chat serves a page that may talk to the chat", {
  ignore: noInterrupt,
  permissions: { net: ["127.0.0.1"], read: true, run: true },
}, async () => {
  await using child = new Child(
    exampleWith(
      ["--allow-read"],
      "web_socket_chat.ts",
      ...["--port", "0", "--chat-port", "0"],
    ),
  );
  const port = await child.stdout.match(/^Open http:\/\/localhost:(\d+)\/ /);
  const chatPort = await child.stdout.match(/on port (\d+)\)\n/);
  const page = `http://127.0.0.1:${port}`;

  const response = await fetch(page);
  assertEquals(
    response.headers.get("Content-Security-Policy"),
    `default-src 'none'; img-src data:; script-src 'self'; style-src 'self'; connect-src ws://127.0.0.1:${chatPort}`,
  );
  const html = await response.text();
  assertStringIncludes(html, `data-chat-port="${chatPort}"`);
  for (const [, path] of html.matchAll(/(?:href|src)="(page\.\w+)"/g)) {
    const { ok, body } = await fetch(`${page}/${path}`);
    await body?.cancel();
    assert(ok, path);
  }
  const { status, body } = await fetch(`${page}/room.ts`);
  await body?.cancel();
  assertEquals(status, 404);

  for (const origin of [page, `http://localhost:${port}`]) {
    await using ann = await Guest.connect({ port: chatPort }, "Ann", {
      origin,
    });
    assertEquals(await ann.next(), {
      type: "welcome",
      name: "Ann",
      names: ["Ann"],
    });
  }
  child.interrupt();
  const { code, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("web_socket_chat fails with one line when a port is taken", {
  permissions: { net: ["127.0.0.1"], read: true, run: true },
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = `${listener.addr.port}`;
  await using child = new Child(
    exampleWith(["--allow-read"], "web_socket_chat.ts", "--chat-port", port),
  );

  assertEquals(await child.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      `Cannot listen on "127.0.0.1:${port}": address already in use (addressAlreadyInUse, 0x80072740)\n`,
  });
});
