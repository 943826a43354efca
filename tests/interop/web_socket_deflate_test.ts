import { assert, assertEquals, assertLess } from "@std/assert";
import { randomBytes } from "../examples/_echo.ts";
import { startEchoListener } from "./_web_socket_listener.ts";
import {
  askReport,
  type PeerDeflate,
  PEERS,
  type Report,
} from "./_web_socket_peers.ts";
import { connect } from "./_web_socket_talk.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const PARAMETERS: readonly PeerDeflate[] = [
  { serverNoContextTakeover: true, clientMaxWindowBits: 9 },
  { clientNoContextTakeover: true, serverMaxWindowBits: 9 },
  {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 12,
    clientMaxWindowBits: 10,
  },
];

/** What this side wants, and what the other one does. */
const WISHES: readonly (readonly [ours: PeerDeflate, theirs: PeerDeflate])[] = [
  [{}, {}],
  ...PARAMETERS.flatMap((parameters) =>
    [[parameters, {}], [{}, parameters]] as const
  ),
];

const LINE = "All work and no play makes Jack a dull boy. ";
const LONG = LINE.repeat(5_000);
const NOISE = randomBytes(50_000).toBase64();
const MESSAGES = ["", LINE, LONG, NOISE, LONG];
/** More than twice that would go in one direction without compression. */
const MAX_SIZE = 250_000;

/** The parameters as they are in a header. */
function toHeader(parameters: PeerDeflate): string[] {
  return Object.entries(parameters).map(([name, value]) => {
    const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return value === true ? key : `${key}=${value}`;
  });
}

/** Asserts what was agreed on, and that it was done if that is known. */
function assertCompressed(
  { extensions = "", bytesRead = 0, bytesWritten = 0 }: Partial<Report>,
  parameters: PeerDeflate,
): void {
  const [name, ...agreed] = extensions.split("; ");
  assertEquals(name, "permessage-deflate");
  assertEquals(agreed.sort(), toHeader(parameters).sort());
  assertLess(bytesRead, MAX_SIZE);
  assertLess(bytesWritten, MAX_SIZE);
}

for (const [ours, theirs] of WISHES) {
  const want = toHeader(ours).join(", ") || "nothing";
  const wants = toHeader(theirs).join(", ") || "nothing";
  for (const { name, startServer, talk: talkOf } of PEERS) {
    Deno.test(
      `MessageWebSocket that wants ${want} compresses with ${name} that wants ${wants}`,
      {
        permissions,
      },
      async () => {
        await using server = await startServer({ deflate: theirs });
        await using talk = await connect(server.url, ({ control }) => {
          control.compression = { ...ours, threshold: 0 };
        });
        for (const message of MESSAGES) {
          assert(await talk.ask(message) === message);
        }
        await talk.sendFragments(LINE, "", LONG);
        assert(await talk.receive() === LINE + LONG);
        assertEquals(await talk.ask("fragments"), "one, two, three");
        const report = await askReport(talk);
        assertCompressed(report, { ...ours, ...theirs });
      },
    );

    Deno.test(
      `ServerMessageWebSocket that wants ${want} compresses with ${name} that wants ${wants}`,
      {
        permissions,
      },
      async () => {
        await using listener = await startEchoListener({
          accept: { compression: { ...ours, threshold: 0 } },
        });
        const report = await talkOf({
          url: listener.url,
          messages: MESSAGES,
          deflate: theirs,
        });
        const { echoes, joined, fragments } = report;
        assertEquals({ echoes, joined, fragments }, {
          echoes: MESSAGES.map(() => true),
          joined: "one, two, three",
          fragments: "one, two, three",
        });
        assertCompressed(report, { ...ours, ...theirs });
      },
    );
  }
}

for (const { name, startServer, talk: talkOf } of PEERS) {
  Deno.test(`MessageWebSocket does not compress if ${name} does not agree`, {
    permissions,
  }, async () => {
    await using server = await startServer();
    await using talk = await connect(server.url, ({ control }) => {
      control.compression = true;
    });
    assert(await talk.ask(LONG) === LONG);
    const { extensions } = await askReport(talk);
    assertEquals(extensions, "");
  });

  Deno.test(
    `ServerMessageWebSocket does not compress if ${name} does not offer it`,
    {
      permissions,
    },
    async () => {
      await using listener = await startEchoListener({
        accept: { compression: true },
      });
      const { url } = listener;
      const { echoes, extensions } = await talkOf({ url, messages: [LONG] });
      assertEquals({ echoes, extensions }, { echoes: [true], extensions: "" });
    },
  );
}
