import { assertEquals, assertMatch } from "@std/assert";
import {
  ChainValidationResult,
  SocketProtectionLevel,
  SocketSslErrorSeverity,
} from "../../mod.ts";
import {
  assertTalks,
  CLIENTS,
  connectClient,
  dataOf,
  failure,
  hash,
  makeClient,
  randomData,
  read,
  write,
} from "./_secure.ts";
import { identities, type Identity, rootOptions } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startOpensslServer,
} from "./_tls_peers.ts";

const { tls12 } = SocketProtectionLevel;

/** What an OpenSSL server prints when a client has announced its end. */
const DONE = /^DONE$/m;
const SIZE = 1024 * 1024;
/** OpenSSL has TLS 1.1 only at its lowest level of security. */
const TLS11 = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
const TLS12 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
const TLS13 = "TLS_AES_256_GCM_SHA384";

for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
  const client = `StreamSocket by ${name}`;

  Deno.test(`${client} connects to OpenSSL with a certificate that it trusts`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity);
    await using socket = await connectClient(server.port, collectsInformation);
    const { information } = socket;
    assertEquals(information.protectionLevel, tls12);
    assertEquals(information.serverCertificate?.subject, "Server");
    assertEquals(information.serverCertificateErrors, []);
    await assertTalks(socket, server.child);
  });

  Deno.test(`${client} refuses OpenSSL with a certificate of another root`, {
    permissions,
  }, async () => {
    const { stranger } = await identities();
    // The runtime does not show what it refuses: there is one more connection.
    const count = collectsInformation ? "1" : "2";
    await using files = await Files.make();
    await using server = await startOpensslServer(
      files,
      stranger,
      ...["-naccept", count],
    );
    await using socket = await makeClient(collectsInformation);
    assertEquals(
      await failure(() => socket.connectAsync("localhost", server.port, tls12)),
      'certificateUntrustedRoot: Cannot secure the connection to "localhost": the certificate is refused: there is no chain to a root that is trusted',
    );
    const { information } = socket;
    assertEquals(information.serverCertificate?.subject, "Stranger");
    // It has not sent its root.
    assertEquals(information.serverCertificateErrors, [
      ChainValidationResult.incompleteChain,
    ]);
    assertEquals(
      information.serverCertificateErrorSeverity,
      SocketSslErrorSeverity.ignorable,
    );
    const { stderr } = await server.child.outcome();
    // By node:tls the server sees a handshake and an end, and no alert.
    if (!collectsInformation) assertMatch(stderr, /alert unknown ca/);
  });

  Deno.test(`${client} refuses OpenSSL with a certificate for another name`, {
    permissions,
  }, async () => {
    const { one } = await identities();
    const count = collectsInformation ? "1" : "2";
    await using files = await Files.make();
    await using server = await startOpensslServer(
      files,
      one,
      ...["-naccept", count],
    );
    await using socket = await makeClient(collectsInformation);
    assertEquals(
      await failure(() => socket.connectAsync("localhost", server.port, tls12)),
      'certificateCommonNameIsIncorrect: Cannot secure the connection to "localhost": the certificate is refused: it is for another name',
    );
    assertEquals(socket.information.serverCertificateErrors, [
      ChainValidationResult.invalidName,
    ]);
    const { stderr } = await server.child.outcome();
    if (!collectsInformation) assertMatch(stderr, /alert bad certificate/);
  });

  for (
    const [version, option, protocol, cipher] of [
      ["TLS 1.2", "-tls1_2", "TLSv1.2", TLS12],
      ["TLS 1.3", "-tls1_3", "TLSv1.3", TLS13],
    ] as const
  ) {
    Deno.test(`${client} connects to OpenSSL that has ${version} only`, {
      permissions,
    }, async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(files, identity, option);
      await using socket = await connectClient(
        server.port,
        collectsInformation,
      );
      const { information } = socket;
      assertEquals(
        [information.tlsProtocol, information.cipher],
        collectsInformation ? [protocol, cipher] : ["", ""],
      );
      await assertTalks(socket, server.child);
    });
  }

  Deno.test(`${client} refuses OpenSSL that has TLS 1.1 only`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity, ...TLS11);
    await using socket = await makeClient(collectsInformation);
    assertEquals(
      await failure(() => socket.connectAsync("localhost", server.port, tls12)),
      'softwareCausedConnectionAbort: Cannot secure the connection to "localhost": there is no version of TLS that both sides have',
    );
  });

  Deno.test(`${client} fails to connect to OpenSSL that shares no cipher`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(
      files,
      identity,
      ...["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
    );
    await using socket = await makeClient(collectsInformation);
    assertEquals(
      await failure(() => socket.connectAsync("localhost", server.port, tls12)),
      'softwareCausedConnectionAbort: Cannot secure the connection to "localhost": the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate',
    );
    const { stderr } = await server.child.outcome();
    assertMatch(stderr, /no shared cipher/);
  });

  Deno.test(`${client} agrees with OpenSSL on an application protocol`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(
      files,
      identity,
      ...["-alpn", "h2,http/1.1"],
    );
    await using socket = await connectClient(
      server.port,
      collectsInformation,
      (control) => control.alpnProtocols = ["spdy/3", "http/1.1"],
    );
    assertEquals(socket.information.alpnProtocol, "http/1.1");
    await assertTalks(socket, server.child);
  });

  Deno.test(
    `${client} fails to connect to OpenSSL that shares no application protocol`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(
        files,
        identity,
        ...["-alpn", "h2"],
      );
      await using socket = await makeClient(
        collectsInformation,
        (control) => control.alpnProtocols = ["http/1.1"],
      );
      assertEquals(
        await failure(() =>
          socket.connectAsync("localhost", server.port, tls12)
        ),
        'softwareCausedConnectionAbort: Cannot secure the connection to "localhost": there is no application protocol that both sides have',
      );
    },
  );

  Deno.test(
    `${client} connects to OpenSSL that knows no application protocols`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(files, identity);
      await using socket = await connectClient(
        server.port,
        collectsInformation,
        (control) => control.alpnProtocols = ["http/1.1"],
      );
      assertEquals(socket.information.alpnProtocol, "");
      await assertTalks(socket, server.child);
    },
  );

  Deno.test(`${client} tells OpenSSL which server it wants`, {
    permissions,
  }, async () => {
    const { one, two } = await identities();
    for (const [host, subject] of [["one.test", "One"], ["two.test", "Two"]]) {
      await using files = await Files.make();
      await using server = await startOpensslServer(
        files,
        one,
        ...["-servername", "two.test"],
        ...["-cert2", await files.write("certificate2.pem", two.pem)],
        ...["-key2", await files.write("key2.pem", two.privateKeyPem)],
      );
      await using socket = await makeClient(collectsInformation);
      await socket.connectAsync("127.0.0.1", server.port);
      await socket.upgradeToSslAsync(tls12, `${host}`);
      assertEquals(socket.information.serverCertificate?.subject, subject);
      await assertTalks(socket, server.child);
    }
  });

  Deno.test(`${client} exchanges 1 MiB each way with OpenSSL`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity);
    await using socket = await connectClient(server.port, collectsInformation);
    const [here, there] = [randomData(SIZE), randomData(SIZE)];
    const received = new Uint8Array(SIZE);
    await Promise.all([
      socket.outputStream.writeAsync(here),
      server.child.write(there),
      socket.inputStream.readAsync(received),
    ]);
    await socket[Symbol.asyncDispose]();
    assertEquals(await hash(received), await hash(there));
    assertEquals(await hash(await dataOf(server.child)), await hash(here));
  });

  Deno.test(
    `${client} goes on when OpenSSL updates the keys while data flows`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(files, identity, "-tls1_3");
      await using socket = await connectClient(
        server.port,
        collectsInformation,
      );
      const sent: Uint8Array<ArrayBuffer>[] = [];
      const send = async (): Promise<void> => {
        const data = randomData(SIZE / 4);
        sent.push(data);
        await socket.outputStream.writeAsync(data);
      };
      // K asks the other side to update its keys too.
      for (const command of ["K", "k"]) {
        const sending = send();
        await server.child.write(`${command}\n`);
        await sending;
        await send();
        // OpenSSL looks at its input before it looks at the connection.
        await write(socket, `after ${command}\n`);
        await server.child.stdout.match(new RegExp(`after ${command}\n`));
        await assertTalks(socket, server.child);
      }
      await socket[Symbol.asyncDispose]();
      const { stdout, stderr } = await server.child.outcome();
      assertEquals(stdout.match(/SSL_do_handshake -> 1\n/g)?.length, 2);
      assertEquals(stderr, "");
      const expected = await new Blob(sent).bytes();
      assertEquals(
        await hash(await dataOf(server.child)),
        await hash(expected),
      );
    },
  );

  Deno.test(`${client} does not renegotiate with OpenSSL`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity, "-tls1_2");
    await using socket = await connectClient(server.port, collectsInformation);
    await assertTalks(socket, server.child);
    await server.child.write("R\n");
    assertEquals(
      await failure(() => read(socket)),
      'softwareCausedConnectionAbort: Cannot read from "127.0.0.1": the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate',
    );
    const { stderr } = await server.child.outcome();
    assertMatch(stderr, /no renegotiation/);
  });

  Deno.test(`${client} tells OpenSSL its end when it is closed`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity);
    await using socket = await connectClient(server.port, collectsInformation);
    await assertTalks(socket, server.child);
    socket.close();
    const { stdout, stderr } = await server.child.outcome();
    assertMatch(stdout, DONE);
    assertEquals(stderr, "");
  });

  Deno.test(
    `${client} reads the end of OpenSSL after it has ended its own side`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(files, identity);
      await using socket = await connectClient(
        server.port,
        collectsInformation,
      );
      await assertTalks(socket, server.child);
      await socket.outputStream.close();
      assertEquals(await read(socket), "");
      const { stdout, stderr } = await server.child.outcome();
      assertMatch(stdout, DONE);
      assertEquals(stderr, "");
    },
  );

  Deno.test(`${client} reads to the end of OpenSSL that ends first`, {
    permissions,
  }, async () => {
    const { server: identity } = await identities();
    await using files = await Files.make();
    await using server = await startOpensslServer(files, identity, "-www");
    await using socket = await connectClient(server.port, collectsInformation);
    await write(socket, "GET / HTTP/1.0\r\n\r\n");
    const page = await read(socket, SIZE);
    assertMatch(page, /^HTTP\/1\.0 200 ok\r\n[^]*<\/HTML>\r\n/i);
  });

  Deno.test(
    `${client} takes it for no end when OpenSSL is gone without a word`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startOpensslServer(files, identity);
      await using socket = await connectClient(
        server.port,
        collectsInformation,
      );
      await assertTalks(socket, server.child);
      server.child.interrupt();
      assertEquals(
        await failure(() => read(socket)),
        'connectionResetByPeer: Cannot read from "127.0.0.1": the connection was cut off before the end of TLS',
      );
    },
  );
}

for (
  const [version, option] of [["TLS 1.2", "-tls1_2"], ["TLS 1.3", "-tls1_3"]]
) {
  /** Starts a server that wants to see a certificate of the root. */
  const startServer = async (files: Files, identity: Identity) => {
    const { root } = await identities();
    return await startOpensslServer(
      files,
      identity,
      `${option}`,
      ...["-Verify", "2"],
      ...await rootOptions(files, root),
    );
  };

  Deno.test(`StreamSocket shows its certificate to OpenSSL in ${version}`, {
    permissions,
  }, async () => {
    const { server: identity, client } = await identities();
    await using files = await Files.make();
    await using server = await startServer(files, identity);
    await using socket = await connectClient(
      server.port,
      false,
      (control) => control.clientCertificate = client.certificate,
    );
    await assertTalks(socket, server.child);
    await socket[Symbol.asyncDispose]();
    const { stdout, stderr } = await server.child.outcome();
    assertMatch(stdout, /^subject=CN = Client$/m);
    // The authority between came with it.
    assertMatch(stderr, /depth=1 O = Tests, CN = Authority\nverify return:1/);
  });

  for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
    Deno.test(
      `StreamSocket by ${name} is told by OpenSSL that it lacks a certificate in ${version}`,
      { permissions },
      async () => {
        const { server: identity } = await identities();
        await using files = await Files.make();
        await using server = await startServer(files, identity);
        await using socket = await makeClient(collectsInformation);
        const connecting = socket.connectAsync("localhost", server.port, tls12);
        if (option === "-tls1_2") {
          assertEquals(
            await failure(() => connecting),
            'softwareCausedConnectionAbort: Cannot secure the connection to "localhost": the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate',
          );
          return;
        }
        // In TLS 1.3 the server judges a client after it has answered.
        await connecting;
        assertEquals(
          await failure(() => read(socket)),
          'certificateIsInvalid: Cannot read from "127.0.0.1": a certificate is required',
        );
      },
    );
  }

  Deno.test(
    `StreamSocket is told by OpenSSL that its certificate is of another root in ${version}`,
    { permissions },
    async () => {
      const { server: identity, stranger } = await identities();
      await using files = await Files.make();
      await using server = await startServer(files, identity);
      await using socket = await makeClient(
        false,
        (control) => control.clientCertificate = stranger.certificate,
      );
      const connecting = socket.connectAsync("localhost", server.port, tls12);
      if (option === "-tls1_2") {
        assertEquals(
          await failure(() => connecting),
          'certificateUntrustedRoot: Cannot secure the connection to "localhost": the peer does not trust the issuer of the certificate',
        );
        return;
      }
      await connecting;
      assertEquals(
        await failure(() => read(socket)),
        'certificateUntrustedRoot: Cannot read from "127.0.0.1": the peer does not trust the issuer of the certificate',
      );
    },
  );
}
