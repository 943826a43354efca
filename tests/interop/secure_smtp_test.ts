import { assertEquals, assertMatch } from "@std/assert";
import { SocketProtectionLevel, StreamSocketListener } from "../../mod.ts";
import { assertTalks, CLIENTS, failure, makeClient, read } from "./_secure.ts";
import { command, readReply, serveUntilStartTls } from "./_smtp.ts";
import { identities, rootOptions } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startMailServer,
  startOpensslClient,
} from "./_tls_peers.ts";

const { plainSocket, tls12 } = SocketProtectionLevel;

/** A mail, with lines that start with a dot and one that is long. */
const MAIL = [
  "From: <here@client.test>",
  "To: <there@server.test>",
  "Subject: STARTTLS",
  "",
  "..one dot",
  "x".repeat(900),
  "the last line",
];

for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${name} sends a mail to a server that demands STARTTLS`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startMailServer(files, identity);
      await using socket = await makeClient(collectsInformation);
      await socket.connectAsync("localhost", server.port);
      assertMatch(`${await readReply(socket)}`, /^220 /);
      const hello = await command(socket, "EHLO client.test");
      assertEquals(hello.filter((line) => line.endsWith("STARTTLS")).length, 1);
      assertMatch(
        `${await command(socket, "MAIL FROM:<here@client.test>")}`,
        /^530 Must issue a STARTTLS command first/,
      );
      assertMatch(`${await command(socket, "STARTTLS")}`, /^220 /);
      assertEquals(socket.information.protectionLevel, plainSocket);

      await socket.upgradeToSslAsync(tls12, "localhost");
      assertEquals(socket.information.protectionLevel, tls12);
      assertEquals(socket.information.serverCertificate?.subject, "Server");
      for (
        const line of [
          "EHLO client.test",
          "MAIL FROM:<here@client.test>",
          "RCPT TO:<there@server.test>",
        ]
      ) {
        assertMatch(`${await command(socket, line)}`, /^250/);
      }
      assertMatch(`${await command(socket, "DATA")}`, /^354 /);
      assertMatch(
        `${await command(socket, [...MAIL, "."].join("\r\n"))}`,
        /^250 /,
      );
      assertMatch(`${await command(socket, "QUIT")}`, /^221 /);
      assertEquals(await read(socket), "");
      await socket[Symbol.asyncDispose]();

      server.child.interrupt();
      const { stdout } = await server.child.outcome();
      assertMatch(
        stdout,
        /^Subject: STARTTLS\n(?:.+\n)*\n\.one dot\nx{900}\nthe last line\n/m,
      );
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${name} refuses a mail server of another name`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startMailServer(files, identity);
      await using socket = await makeClient(collectsInformation);
      await socket.connectAsync("localhost", server.port);
      await readReply(socket);
      await command(socket, "EHLO client.test");
      await command(socket, "STARTTLS");
      assertMatch(
        await failure(() => socket.upgradeToSslAsync(tls12, "mail.test")),
        /^certificateCommonNameIsIncorrect: Cannot secure the connection to "mail.test": /,
      );
    },
  );
}

Deno.test("StreamSocket.acceptSslAsync() serves STARTTLS to OpenSSL", {
  permissions,
}, async () => {
  const { root, server } = await identities();
  await using files = await Files.make();
  await using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  await using child = startOpensslClient(
    listener.information.localPort,
    ...["-starttls", "smtp", "-name", "client.test"],
    ...await rootOptions(files, root),
    ...["-verify_hostname", "localhost"],
  );
  for await (const { socket } of listener) {
    await using _ = socket;
    await serveUntilStartTls(socket);
    await socket.acceptSslAsync(server.certificate);
    assertEquals(socket.information.protectionLevel, tls12);
    await assertTalks(socket, child);
    break;
  }
  const { code, stdout } = await child.outcome();
  assertEquals(code, 0);
  assertMatch(stdout, /^Verified peername: localhost$[^]*^closed$/m);
});
