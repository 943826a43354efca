import { assertEquals, assertMatch } from "@std/assert";
import { ClientCertificateMode, SocketProtectionLevel } from "../../mod.ts";
import {
  assertTalks,
  dataOf,
  describe,
  failure,
  hash,
  randomData,
  read,
  type SecureListener,
  startListener,
  write,
} from "./_secure.ts";
import { identities, identityOptions, rootOptions } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startOpensslClient,
} from "./_tls_peers.ts";

const SIZE = 1024 * 1024;
/** OpenSSL has TLS 1.1 only at its lowest level of security. */
const TLS11 = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
const TLS12 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
const TLS13 = "TLS_AES_256_GCM_SHA384";

const VERSIONS = [
  ["TLS 1.2", "-tls1_2", "TLSv1.2", TLS12],
  ["TLS 1.3", "-tls1_3", "TLSv1.3", TLS13],
] as const;

/** Starts a listener that asks for certificates under the root of the tests. */
async function startAsking(
  mode: "request" | "require",
): Promise<SecureListener> {
  const { root } = await identities();
  return await startListener((control) => {
    control.clientCertificateMode = ClientCertificateMode[mode];
    control.trustedRootCertificates.push(root.certificate);
  });
}

Deno.test("StreamSocketListener is verified by OpenSSL", {
  permissions,
}, async () => {
  const { root } = await identities();
  await using files = await Files.make();
  await using listener = await startListener();
  await using child = startOpensslClient(
    listener.port,
    ...await rootOptions(files, root),
    ...["-verify_hostname", "localhost"],
  );
  await using socket = await listener.connection;
  const { information } = socket;
  assertEquals(information.protectionLevel, SocketProtectionLevel.tls12);
  assertEquals(information.clientCertificate, null);
  await assertTalks(socket, child);
  await child.endInput();
  const { code, stdout } = await child.outcome();
  assertEquals(code, 0);
  assertMatch(stdout, /^Verified peername: localhost$/m);
});

Deno.test("StreamSocketListener tells of OpenSSL that trusts another root", {
  permissions,
}, async () => {
  const { strangeRoot } = await identities();
  await using files = await Files.make();
  await using listener = await startListener();
  await using child = startOpensslClient(
    listener.port,
    ...await rootOptions(files, strangeRoot),
  );
  assertEquals(
    describe(await listener.error),
    'certificateUntrustedRoot: Cannot secure the connection from "127.0.0.1": the peer does not trust the issuer of the certificate',
  );
  const { code, stderr } = await child.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /unable to get local issuer certificate/);
});

Deno.test("StreamSocketListener tells of OpenSSL that wants another name", {
  permissions,
}, async () => {
  const { root } = await identities();
  await using files = await Files.make();
  await using listener = await startListener();
  await using child = startOpensslClient(
    listener.port,
    ...await rootOptions(files, root),
    ...["-verify_hostname", "other.test"],
  );
  assertEquals(
    describe(await listener.error),
    'certificateIsInvalid: Cannot secure the connection from "127.0.0.1": the peer refuses the certificate',
  );
  const { code, stderr } = await child.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /hostname mismatch/);
});

for (const [version, option, protocol, cipher] of VERSIONS) {
  Deno.test(`StreamSocketListener serves OpenSSL that has ${version} only`, {
    permissions,
  }, async () => {
    await using listener = await startListener();
    await using child = startOpensslClient(listener.port, option);
    await using socket = await listener.connection;
    const { information } = socket;
    assertEquals(
      [information.tlsProtocol, information.cipher],
      [protocol, cipher],
    );
    await assertTalks(socket, child);
  });

  for (const mode of ["request", "require"] as const) {
    const server = `StreamSocketListener that ${mode}s certificates`;

    Deno.test(`${server} serves OpenSSL with one in ${version}`, {
      permissions,
    }, async () => {
      const { client } = await identities();
      await using files = await Files.make();
      await using listener = await startAsking(mode);
      await using child = startOpensslClient(
        listener.port,
        option,
        ...await identityOptions(files, client),
      );
      await using socket = await listener.connection;
      const { clientCertificate } = socket.information;
      assertEquals(clientCertificate?.subject, "Client");
      assertEquals(
        clientCertificate?.thumbprint,
        client.certificate.thumbprint,
      );
      await assertTalks(socket, child);
    });

    Deno.test(
      `${server} refuses OpenSSL with one of another root in ${version}`,
      { permissions },
      async () => {
        const { stranger } = await identities();
        await using files = await Files.make();
        await using listener = await startAsking(mode);
        await using child = startOpensslClient(
          listener.port,
          option,
          ...await identityOptions(files, stranger),
        );
        assertEquals(
          describe(await listener.error),
          'certificateUntrustedRoot: Cannot secure the connection from "127.0.0.1": the certificate is refused: there is no chain to a root that is trusted',
        );
        await child.outcome();
      },
    );
  }

  Deno.test(
    `StreamSocketListener that requests certificates serves OpenSSL without one in ${version}`,
    { permissions },
    async () => {
      await using listener = await startAsking("request");
      await using child = startOpensslClient(listener.port, option);
      await using socket = await listener.connection;
      assertEquals(socket.information.clientCertificate, null);
      await assertTalks(socket, child);
    },
  );

  Deno.test(
    `StreamSocketListener that requires certificates refuses OpenSSL without one in ${version}`,
    { permissions },
    async () => {
      await using listener = await startAsking("require");
      await using child = startOpensslClient(listener.port, option);
      assertEquals(
        describe(await listener.error),
        'certificateIsInvalid: Cannot secure the connection from "127.0.0.1": a certificate is required',
      );
      const { code, stderr } = await child.outcome();
      assertEquals(code, 1);
      assertMatch(stderr, /alert certificate required/);
    },
  );

  Deno.test(
    `StreamSocketListener exchanges 1 MiB each way with OpenSSL in ${version}`,
    { permissions },
    async () => {
      await using listener = await startListener();
      await using child = startOpensslClient(listener.port, option);
      await using socket = await listener.connection;
      const [here, there] = [randomData(SIZE), randomData(SIZE)];
      const received = new Uint8Array(SIZE);
      await Promise.all([
        socket.outputStream.writeAsync(here),
        child.write(there),
        socket.inputStream.readAsync(received),
      ]);
      await socket[Symbol.asyncDispose]();
      assertEquals(await hash(received), await hash(there));
      assertEquals(await hash(await dataOf(child)), await hash(here));
    },
  );
}

Deno.test(
  "StreamSocketListener refuses OpenSSL that has TLS 1.1 only, and serves the next",
  {
    permissions,
  },
  async () => {
    await using listener = await startListener();
    await using child = startOpensslClient(listener.port, ...TLS11);
    assertEquals(
      describe(await listener.error),
      'softwareCausedConnectionAbort: Cannot secure the connection from "127.0.0.1": there is no version of TLS that both sides have',
    );
    const { code, stderr } = await child.outcome();
    assertEquals(code, 1);
    assertMatch(stderr, /alert handshake failure/);

    await using next = startOpensslClient(listener.port);
    await using socket = await listener.connection;
    await assertTalks(socket, next);
  },
);

Deno.test("StreamSocketListener tells of OpenSSL that shares no cipher", {
  permissions,
}, async () => {
  await using listener = await startListener();
  await using child = startOpensslClient(
    listener.port,
    ...["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
  );
  assertEquals(
    describe(await listener.error),
    'softwareCausedConnectionAbort: Cannot secure the connection from "127.0.0.1": there is no algorithm that both sides have',
  );
  const { code, stderr } = await child.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /alert handshake failure/);
});

Deno.test(
  "StreamSocketListener agrees with OpenSSL on an application protocol",
  {
    permissions,
  },
  async () => {
    await using listener = await startListener((control) =>
      control.alpnProtocols = ["http/1.1", "h2"]
    );
    await using child = startOpensslClient(
      listener.port,
      ...["-alpn", "spdy/3,h2,http/1.1"],
    );
    await using socket = await listener.connection;
    // The server prefers its own order.
    assertEquals(socket.information.alpnProtocol, "http/1.1");
    await child.stdout.match(/^ALPN protocol: http\/1\.1$/m);
    await assertTalks(socket, child);
  },
);

Deno.test(
  "StreamSocketListener refuses OpenSSL that shares no application protocol",
  {
    permissions,
  },
  async () => {
    await using listener = await startListener((control) =>
      control.alpnProtocols = ["http/1.1"]
    );
    await using child = startOpensslClient(listener.port, "-alpn", "h2");
    assertEquals(
      describe(await listener.error),
      'softwareCausedConnectionAbort: Cannot secure the connection from "127.0.0.1": there is no application protocol that both sides have',
    );
    const { code, stderr } = await child.outcome();
    assertEquals(code, 1);
    assertMatch(stderr, /alert no application protocol/);
  },
);

Deno.test(
  "StreamSocketListener with application protocols serves OpenSSL that has none",
  {
    permissions,
  },
  async () => {
    await using listener = await startListener((control) =>
      control.alpnProtocols = ["http/1.1"]
    );
    await using child = startOpensslClient(listener.port);
    await using socket = await listener.connection;
    assertEquals(socket.information.alpnProtocol, "");
    await assertTalks(socket, child);
  },
);

Deno.test(
  "StreamSocketListener has a certificate for each name that OpenSSL asks for",
  {
    permissions,
  },
  async () => {
    const { root, one, two } = await identities();
    for (const [name, subject] of [["one.test", "One"], ["two.test", "Two"]]) {
      await using files = await Files.make();
      await using listener = await startListener((control) =>
        control.serverCertificate = (name) =>
          name === "two.test" ? two.certificate : one.certificate
      );
      await using child = startOpensslClient(
        listener.port,
        ...await rootOptions(files, root),
        ...["-servername", `${name}`, "-verify_hostname", `${name}`],
      );
      await using socket = await listener.connection;
      await assertTalks(socket, child);
      await child.stdout.match(new RegExp(`^subject=CN = ${subject}$`, "m"));
    }
  },
);

Deno.test(
  "StreamSocketListener has a certificate for OpenSSL that asks for no name",
  {
    permissions,
  },
  async () => {
    const { one, two } = await identities();
    await using listener = await startListener((control) =>
      control.serverCertificate = (name) =>
        name === null ? two.certificate : one.certificate
    );
    await using child = startOpensslClient(listener.port, "-noservername");
    await using socket = await listener.connection;
    await assertTalks(socket, child);
    await child.stdout.match(/^subject=CN = Two$/m);
  },
);

Deno.test(
  "StreamSocketListener refuses OpenSSL that asks for a name without a certificate",
  {
    permissions,
  },
  async () => {
    const { one } = await identities();
    await using listener = await startListener((control) =>
      control.serverCertificate = (name) =>
        name === "one.test" ? one.certificate : null
    );
    await using child = startOpensslClient(
      listener.port,
      ...["-servername", "three.test"],
    );
    assertMatch(describe(await listener.error), /three\.test/);
    const { code } = await child.outcome();
    assertEquals(code, 1);
  },
);

Deno.test(
  "StreamSocketListener goes on when OpenSSL updates the keys while data flows",
  {
    permissions,
  },
  async () => {
    await using listener = await startListener();
    await using child = startOpensslClient(listener.port, "-tls1_3");
    await using socket = await listener.connection;
    const sent: Uint8Array<ArrayBuffer>[] = [];
    const send = async (): Promise<void> => {
      const data = randomData(SIZE / 4);
      sent.push(data);
      await socket.outputStream.writeAsync(data);
    };
    // K asks the other side to update its keys too.
    for (const [index, command] of ["K", "k"].entries()) {
      const sending = send();
      await child.write(`${command}\n`);
      await child.stderr.match(new RegExp(`(?:KEYUPDATE\n[^]*){${index + 1}}`));
      await sending;
      await send();
      await assertTalks(socket, child);
    }
    await socket[Symbol.asyncDispose]();
    const { code } = await child.outcome();
    assertEquals(code, 0);
    const expected = await new Blob(sent).bytes();
    assertEquals(await hash(await dataOf(child)), await hash(expected));
  },
);

Deno.test("StreamSocketListener does not renegotiate with OpenSSL", {
  permissions,
}, async () => {
  await using listener = await startListener();
  await using child = startOpensslClient(listener.port, "-tls1_2");
  await using socket = await listener.connection;
  await assertTalks(socket, child);
  await child.write("R\n");
  assertEquals(
    await failure(() => read(socket)),
    'softwareCausedConnectionAbort: Cannot read from "127.0.0.1": the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate',
  );
  const { code, stderr } = await child.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /no renegotiation/);
});

Deno.test("StreamSocketListener tells OpenSSL the end of a connection", {
  permissions,
}, async () => {
  for (const [, option] of VERSIONS) {
    await using listener = await startListener();
    await using child = startOpensslClient(listener.port, option);
    await using socket = await listener.connection;
    await assertTalks(socket, child);
    await write(socket, "the last words\n");
    socket.close();
    const { code, stdout } = await child.outcome();
    assertEquals(code, 0);
    // OpenSSL prints that only if TLS has announced the end.
    assertMatch(stdout, /the last words\n[^]*^closed$/m);
  }
});

Deno.test("StreamSocketListener reads the end of OpenSSL that ends first", {
  permissions,
}, async () => {
  for (const [, option] of VERSIONS) {
    await using listener = await startListener();
    await using child = startOpensslClient(listener.port, option);
    await using socket = await listener.connection;
    await child.write("the last words\n");
    await child.endInput();
    assertEquals(await read(socket, SIZE), "the last words\n");
  }
});

Deno.test(
  "StreamSocketListener takes it for no end when OpenSSL is gone without a word",
  {
    permissions,
  },
  async () => {
    for (const [, option] of VERSIONS) {
      await using listener = await startListener();
      await using child = startOpensslClient(listener.port, option);
      await using socket = await listener.connection;
      await assertTalks(socket, child);
      child.interrupt();
      assertEquals(
        await failure(() => read(socket)),
        'connectionResetByPeer: Cannot read from "127.0.0.1": the connection was cut off before the end of TLS',
      );
    }
  },
);
