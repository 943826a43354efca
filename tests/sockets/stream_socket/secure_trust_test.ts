import { assert, assertEquals, assertRejects } from "@std/assert";
import { createServer } from "node:tls";
import {
  Certificate,
  ChainValidationResult as Result,
  SocketError,
  SocketErrorStatus as Status,
  SocketProtectionLevel,
  StreamSocket,
} from "../../../mod.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import {
  makeAuthority,
  makeCertificate,
  makeLeaf,
  makeRoot,
  makeUnknownExtension,
} from "../certificates/_make_certificates.ts";
import { addUniqueId, signAnew } from "../certificates/_sign_anew.ts";
import { SecureEcho } from "./_secure_echo.ts";

const { tls12 } = SocketProtectionLevel;
const DAY = 86_400_000;
const ON_LOOPBACK = { permissions: { net: ["127.0.0.1", "localhost"] } };

/** What a server shows, and what its client trusts. */
interface Shown {
  readonly server: Certificate;
  readonly trusted: readonly Certificate[];
}

/** Trust that does not reach what the server shows. */
interface Case {
  readonly name: string;
  readonly show: () => Promise<Shown>;
  readonly errors: readonly Result[];
}

const BEYOND_TRUST: readonly Case[] = [
  {
    name: "another certificate of the authority that comes with a trusted one",
    async show() {
      const authority = await makeAuthority({ issuer: await makeRoot() });
      const pinned = await makeLeaf({ issuer: authority });
      const another = await makeLeaf({ issuer: authority });
      return {
        server: await toCertificate(another),
        trusted: [await Certificate.fromPem(pinned.chainPem)],
      };
    },
    errors: [Result.incompleteChain],
  },
  {
    name: "a certificate that a trusted one issued, which is no authority",
    async show() {
      const pinned = await makeCertificate({
        subject: "CN=pinned.test",
        dnsNames: ["pinned.test"],
        isAuthority: false,
      });
      const issued = await makeLeaf({ issuer: pinned });
      return {
        server: await toCertificate(issued),
        trusted: [await Certificate.fromDer(pinned.der)],
      };
    },
    errors: [Result.basicConstraintsError],
  },
  {
    name: "a certificate under a trusted root that has expired",
    async show() {
      const root = await makeRoot({
        notBefore: new Date("2020-01-01"),
        notAfter: new Date(Date.now() - DAY),
      });
      const leaf = await makeLeaf({ issuer: root });
      return {
        server: await toCertificate(leaf),
        trusted: [await Certificate.fromDer(root.der)],
      };
    },
    errors: [Result.expired],
  },
  {
    name:
      "a certificate under a trusted root that limits what nobody here knows",
    async show() {
      const root = await makeRoot({ extensions: [makeUnknownExtension(true)] });
      const leaf = await makeLeaf({ issuer: root });
      return {
        server: await toCertificate(leaf),
        trusted: [await Certificate.fromDer(root.der)],
      };
    },
    errors: [Result.unknownCriticalExtension],
  },
];

for (const collects of [false, true]) {
  const how = collects ? "node:tls" : "the runtime's TLS";

  for (const { name, show, errors } of BEYOND_TRUST) {
    Deno.test(
      `StreamSocket.connectAsync() by ${how} does not trust ${name}`,
      ON_LOOPBACK,
      async () => {
        const { server: certificate, trusted } = await show();
        await using server = await SecureEcho.start(certificate);
        await using client = new StreamSocket();
        client.control.trustedRootCertificates.push(...trusted);
        client.control.collectTlsInformation = collects;
        const error = await assertRejects(
          () => client.connectAsync("localhost", server.port, tls12),
          SocketError,
        );
        assert(error.status !== Status.unknown);
        assertEquals(client.information.serverCertificateErrors, errors);
        assertEquals(server.received, 0);
      },
    );
  }

  Deno.test(
    `StreamSocket.connectAsync() by ${how} trusts a good root next to one that the runtime does not read`,
    ON_LOOPBACK,
    async () => {
      const { root, server: certificate } = await goodIdentities();
      const odd = await makeRoot({ subject: "CN=Odd" });
      const unread = await Certificate.fromDer(signAnew(odd, odd, addUniqueId));
      await using server = await SecureEcho.start(certificate);
      await using client = new StreamSocket();
      client.control.trustedRootCertificates.push(unread, root);
      client.control.collectTlsInformation = collects;
      await client.connectAsync("localhost", server.port, tls12);
      assertEquals(client.information.serverCertificateErrors, []);
    },
  );
}

Deno.test(
  "StreamSocket.connectAsync() connects once to a server that ends the handshake by an alert",
  ON_LOOPBACK,
  async () => {
    const { root, rootMade } = await goodIdentities();
    const leaf = await makeLeaf({ issuer: rootMade });
    let connections = 0;
    const server = createServer({
      cert: leaf.chainPem,
      key: leaf.privateKeyPem,
      ca: rootMade.certificatePem,
      requestCert: true,
      maxVersion: "TLSv1.2",
    }).listen(0, "127.0.0.1");
    server.on("connection", () => connections++);
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      const address = server.address();
      assert(address !== null && typeof address === "object");
      await using client = new StreamSocket();
      client.control.trustedRootCertificates.push(root);
      await assertRejects(
        () => client.connectAsync("localhost", address.port, tls12),
        SocketError,
      );
      assertEquals(connections, 1);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  },
);
