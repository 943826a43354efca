import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  ArgumentError,
  Certificate,
  ChainValidationResult as Result,
  SocketError,
  SocketErrorStatus as Status,
  SocketProtectionLevel,
  SocketSslErrorSeverity as Severity,
  StreamSocket,
} from "../../../mod.ts";
import {
  type BareTlsIdentity,
  BareTlsServer,
} from "../_transport/_bare_tls_server.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import {
  CLIENT_AUTHENTICATION,
  type MadeCertificate,
  makeAuthority,
  makeLeaf,
  makeRoot,
  makeUnknownExtension,
} from "../certificates/_make_certificates.ts";
import {
  addUniqueId,
  signAnew,
  toVersion1,
  withUnusedBit,
} from "../certificates/_sign_anew.ts";
import { closeAll, closedPort, openPair } from "./_echo.ts";
import { SecureEcho } from "./_secure_echo.ts";

const { tls12 } = SocketProtectionLevel;
const DAY = 86_400_000;
const YESTERDAY = new Date(Date.now() - DAY);
const TOMORROW = new Date(Date.now() + DAY);
const LONG_AGO = new Date("2020-01-01");
const PERMISSIONS = { net: ["127.0.0.1", "[::1]", "localhost"] };
const ON_LOOPBACK = { permissions: PERMISSIONS };

const ALL_IGNORABLE = [
  Result.untrusted,
  Result.expired,
  Result.incompleteChain,
  Result.wrongUsage,
  Result.invalidName,
  Result.revocationInformationMissing,
  Result.revocationFailure,
];

/** What a server shows, and who is trusted. */
interface Shown {
  readonly certificate: Certificate;
  readonly trusted: MadeCertificate;
}

/** A certificate, and what is wrong with it. */
interface Case {
  readonly name: string;
  readonly show: () => Promise<Shown>;
  /** Where it is shown; localhost by default. */
  readonly host?: string;
  readonly errors: readonly Result[];
  readonly status: Status;
}

/** A leaf under a root that is trusted. */
async function leafWith(
  options: Parameters<typeof makeLeaf>[0],
): Promise<Shown> {
  const trusted = await makeRoot();
  const leaf = await makeLeaf({ issuer: trusted, ...options });
  return { certificate: await toCertificate(leaf), trusted };
}

/** What can be ignored. */
const IGNORABLE: readonly Case[] = [
  {
    name: "expired",
    show: () => leafWith({ notBefore: LONG_AGO, notAfter: YESTERDAY }),
    errors: [Result.expired],
    status: Status.certificateExpired,
  },
  {
    name: "not valid yet",
    show: () =>
      leafWith({ notBefore: TOMORROW, notAfter: new Date("2100-01-01") }),
    errors: [Result.expired],
    status: Status.certificateExpired,
  },
  {
    name: "under an expired authority",
    async show() {
      const trusted = await makeRoot();
      const issuer = await makeAuthority({
        issuer: trusted,
        notBefore: LONG_AGO,
        notAfter: YESTERDAY,
      });
      const leaf = await makeLeaf({ issuer });
      return { certificate: await toCertificate(leaf), trusted };
    },
    errors: [Result.expired],
    status: Status.certificateExpired,
  },
  {
    name: "for another name",
    show: () => leafWith({ dnsNames: ["example.test"] }),
    errors: [Result.invalidName],
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "with the name in the common name alone",
    show: () => leafWith({ subject: "CN=localhost", dnsNames: [] }),
    errors: [Result.invalidName],
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "for another address",
    show: () => leafWith({ ipAddresses: ["127.0.0.2", "::1"] }),
    host: "127.0.0.1",
    errors: [Result.invalidName],
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "with an address as a name",
    show: () => leafWith({ dnsNames: ["127.0.0.1"] }),
    host: "127.0.0.1",
    errors: [Result.invalidName],
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "for another IPv6 address",
    show: () => leafWith({ ipAddresses: ["127.0.0.1", "::2"] }),
    host: "::1",
    errors: [Result.invalidName],
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "for clients",
    show: () => leafWith({ purposes: [CLIENT_AUTHENTICATION] }),
    errors: [Result.wrongUsage],
    status: Status.certificateWrongUsage,
  },
  {
    name: "that signed itself",
    async show() {
      const certificate = await toCertificate(await makeLeaf());
      return { certificate, trusted: await makeRoot() };
    },
    errors: [Result.untrusted],
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "that signed itself as an authority",
    async show() {
      const certificate = await toCertificate(
        await makeLeaf({ isAuthority: true }),
      );
      return { certificate, trusted: await makeRoot() };
    },
    errors: [Result.untrusted],
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "under a root that is sent, and not trusted",
    async show() {
      const root = await makeRoot();
      const leaf = await makeLeaf({ issuer: root });
      const certificate = await Certificate.fromPem(
        `${leaf.certificatePem}${root.certificatePem}`,
        { privateKey: leaf.privateKeyPem },
      );
      return { certificate, trusted: await makeRoot({ subject: "CN=Other" }) };
    },
    errors: [Result.untrusted],
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "under a root that is not known",
    async show() {
      const leaf = await makeLeaf({ issuer: await makeRoot() });
      const trusted = await makeRoot({ subject: "CN=Other" });
      return { certificate: await toCertificate(leaf), trusted };
    },
    errors: [Result.incompleteChain],
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "whose authority is missing",
    async show() {
      const trusted = await makeRoot();
      const issuer = await makeAuthority({ issuer: trusted });
      const leaf = await makeLeaf({ issuer });
      const certificate = await Certificate.fromPem(leaf.certificatePem, {
        privateKey: leaf.privateKeyPem,
      });
      return { certificate, trusted };
    },
    errors: [Result.incompleteChain],
    status: Status.certificateUntrustedRoot,
  },
];

/** What cannot be ignored. */
const FATAL: readonly Case[] = [
  {
    name: "with a weak signature",
    async show() {
      const trusted = await makeRoot({ keyKind: "rsaSha1" });
      const leaf = await makeLeaf({ issuer: trusted });
      return { certificate: await toCertificate(leaf), trusted };
    },
    errors: [Result.invalidSignature],
    status: Status.certificateIsInvalid,
  },
  {
    name: "that the trusted root did not sign",
    async show() {
      const forged = await makeRoot();
      const leaf = await makeLeaf({ issuer: forged, hasKeyIds: false });
      const trusted = await makeRoot({ hasKeyIds: false });
      return { certificate: await toCertificate(leaf), trusted };
    },
    errors: [Result.invalidSignature],
    status: Status.certificateIsInvalid,
  },
  {
    name: "under a leaf",
    async show() {
      const trusted = await makeRoot();
      const issuer = await makeLeaf({ issuer: trusted, subject: "CN=Issuer" });
      const leaf = await makeLeaf({ issuer });
      return { certificate: await toCertificate(leaf), trusted };
    },
    errors: [Result.basicConstraintsError],
    status: Status.certificateIsInvalid,
  },
];

const STATUS_OF: ReadonlyMap<Result, Status> = new Map(
  IGNORABLE.map(({ errors: [error = Result.success], status }) =>
    [error, status] as const
  ),
);

/** A socket that trusts a root, and ignores some errors. */
async function clientOf(
  { trusted }: Shown,
  collects: boolean,
  ignored: readonly Result[] = [],
): Promise<StreamSocket> {
  const socket = new StreamSocket();
  const { control } = socket;
  control.trustedRootCertificates.push(await Certificate.fromDer(trusted.der));
  control.collectTlsInformation = collects;
  control.ignorableServerCertificateErrors.push(...ignored);
  return socket;
}

/** Throws unless the socket is refused so; returns the error. */
async function assertRefused(
  socket: StreamSocket,
  { host = "localhost", status }: Case,
  port: number,
): Promise<SocketError> {
  const error = await assertRejects(
    () => socket.connectAsync(host, port, tls12),
    SocketError,
  );
  assertEquals(error.status, status);
  assertMatch(error.message, /^Cannot secure the connection to "/);
  return error;
}

async function startEcho(
  { certificate }: Shown,
  host = "localhost",
): Promise<SecureEcho> {
  const address = host === "localhost" ? "127.0.0.1" : host;
  return await SecureEcho.start(certificate, () => {}, address);
}

/** Sends a byte and gets it back. */
async function assertTalks({ outputStream, inputStream }: StreamSocket) {
  await outputStream.writeAsync(new Uint8Array([7]));
  const reply = await inputStream.readAsync(new Uint8Array(1));
  assertEquals(reply, new Uint8Array([7]));
}

for (const collects of [false, true]) {
  const how = collects ? "all is to be told" : "the runtime may do it";

  for (const matter of [...IGNORABLE, ...FATAL]) {
    const { name, host, errors, show } = matter;
    const isFatal = FATAL.includes(matter);

    Deno.test(
      `StreamSocket.connectAsync() refuses a certificate ${name}, tells all of it, and sends nothing, when ${how}`,
      ON_LOOPBACK,
      async () => {
        const shown = await show();
        await using server = await startEcho(shown, host);
        const others = ALL_IGNORABLE.filter((result) =>
          !errors.includes(result)
        );
        for (const ignored of [[], others]) {
          await using client = await clientOf(shown, collects, ignored);
          await assertRefused(client, matter, server.port);
          const { information } = client;
          assertEquals(information.serverCertificateErrors, errors);
          assertEquals(
            information.serverCertificateErrorSeverity,
            isFatal ? Severity.fatal : Severity.ignorable,
          );
          assertEquals(
            information.serverCertificate?.getCertificateBlob(),
            shown.certificate.getCertificateBlob(),
          );
          assertEquals(
            information.protectionLevel,
            SocketProtectionLevel.plainSocket,
          );
          assertEquals(information.remoteAddress, null);
        }
        assertEquals(server.received, 0);
      },
    );
  }
}

for (const matter of IGNORABLE) {
  const { name, host = "localhost", errors, show } = matter;
  Deno.test(
    `StreamSocket.connectAsync() takes a certificate ${name} if that is ignored`,
    ON_LOOPBACK,
    async () => {
      const shown = await show();
      await using server = await startEcho(shown, host);
      await using client = await clientOf(shown, false);
      // The flow of the sample: with the same socket, after a failure.
      await assertRefused(client, matter, server.port);
      const { control, information } = client;
      control.ignorableServerCertificateErrors.push(
        ...information.serverCertificateErrors,
      );
      await client.connectAsync(host, server.port, tls12);
      await assertTalks(client);
      assertEquals(information.serverCertificateErrors, errors);
      assertEquals(
        information.serverCertificateErrorSeverity,
        Severity.ignorable,
      );
      assertEquals(information.protectionLevel, tls12);
    },
  );
}

/** What somebody shows who may be anybody. */
interface Attack {
  readonly name: string;
  readonly show: () => Promise<BareTlsIdentity & { trusted: MadeCertificate }>;
  /** What is told of it; null if it depends, since the handshake fails. */
  readonly errors: readonly Result[] | null;
}

const ATTACKS: readonly Attack[] = [
  {
    name: "of version 1, without its key",
    async show() {
      const trusted = await makeRoot();
      const leaf = await makeLeaf({ issuer: trusted });
      const { privateKeyPem } = await makeLeaf();
      return {
        certificates: [signAnew(leaf, trusted, toVersion1)],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.invalidName, Result.otherErrors],
  },
  {
    name: "of version 1, with its key",
    async show() {
      const trusted = await makeRoot();
      const leaf = await makeLeaf({ issuer: trusted });
      return {
        certificates: [signAnew(leaf, trusted, toVersion1)],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.invalidName, Result.otherErrors],
  },
  {
    name: "of version 1, forged under the name of a trusted root",
    async show() {
      const trusted = await makeRoot();
      const forger = await makeRoot();
      const leaf = await makeLeaf({ issuer: forger });
      return {
        certificates: [signAnew(leaf, forger, toVersion1)],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.invalidSignature, Result.invalidName, Result.otherErrors],
  },
  {
    name: "under an authority of version 1, forged under the name of a root",
    async show() {
      const trusted = await makeRoot();
      const forger = await makeRoot();
      const authority = await makeAuthority({ issuer: forger });
      const leaf = await makeLeaf({ issuer: authority, hasKeyIds: false });
      return {
        certificates: [leaf.der, signAnew(authority, forger, toVersion1)],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.invalidSignature, Result.basicConstraintsError],
  },
  {
    name: "without its key",
    async show() {
      const trusted = await makeRoot();
      const leaf = await makeLeaf({ issuer: trusted });
      const { privateKeyPem } = await makeLeaf();
      return {
        certificates: [leaf.der],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: null,
  },
  {
    name: "with a key that is too short",
    async show() {
      const trusted = await makeRoot();
      const leaf = await makeLeaf({ issuer: trusted, keyKind: "rsa1024" });
      return {
        certificates: [leaf.der],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "rsa",
        trusted,
      };
    },
    errors: null,
  },
  {
    name:
      "whose signature is said to have bits that do not count, without its key",
    async show() {
      const trusted = await makeRoot();
      const { privateKeyPem } = await makeLeaf();
      let leaf = await makeLeaf({ issuer: trusted });
      // The bit must be a zero for the signature to stay the same.
      while ((leaf.der.at(-1) ?? 1) % 2 !== 0) {
        leaf = await makeLeaf({ issuer: trusted });
      }
      return {
        certificates: [withUnusedBit(leaf.der)],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.otherErrors],
  },
  {
    name: "that the runtime cannot read",
    async show() {
      const trusted = await makeRoot();
      const leaf = await makeLeaf({ issuer: trusted });
      const { privateKeyPem } = await makeLeaf();
      return {
        certificates: [signAnew(leaf, trusted, addUniqueId)],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.otherErrors],
  },
  {
    name: "that nobody can read",
    async show() {
      const { privateKeyPem } = await makeLeaf();
      return {
        certificates: [new Uint8Array(100)],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted: await makeRoot(),
      };
    },
    errors: [Result.otherErrors],
  },
  {
    name: "that is none",
    async show() {
      const { privateKeyPem } = await makeLeaf();
      return {
        certificates: [],
        privateKeyPem,
        keyKind: "ecdsa",
        trusted: await makeRoot(),
      };
    },
    errors: null,
  },
  {
    name: "with a critical extension that nobody knows",
    async show() {
      const trusted = await makeRoot();
      const extensions = [makeUnknownExtension(true)];
      const leaf = await makeLeaf({ issuer: trusted, extensions });
      return {
        certificates: [leaf.der],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: null,
  },
  {
    name: "behind which comes what nobody can read",
    async show() {
      const trusted = await makeRoot({ hasKeyIds: false });
      const issuer = await makeRoot();
      const leaf = await makeLeaf({ issuer, hasKeyIds: false });
      return {
        certificates: [leaf.der, new Uint8Array(100)],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
        trusted,
      };
    },
    errors: [Result.invalidSignature],
  },
];

/** Serves clients until it is disposed of; tells what they have sent. */
class BareServer {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #identity: BareTlsIdentity;
  readonly #running: Promise<void>;
  /** How many bytes have come over TLS. */
  received = 0;

  constructor(identity: BareTlsIdentity) {
    this.#identity = identity;
    this.#running = this.#run();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(): Promise<void> {
    for await (const conn of this.#listener) {
      conn.setNoDelay();
      try {
        const server = new BareTlsServer(conn);
        await server.shakeHands(this.#identity);
        this.received += (await server.readAll()).bytes.length;
      } catch {
        // The client has left.
      } finally {
        conn.close();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }
}

for (const { name, show, errors } of ATTACKS) {
  Deno.test(
    `StreamSocket.connectAsync() refuses a certificate ${name}, on every path, whatever is ignored`,
    ON_LOOPBACK,
    async () => {
      const identity = await show();
      await using server = new BareServer(identity);
      for (const collects of [false, true]) {
        for (const ignored of [[], ALL_IGNORABLE]) {
          const shown = {
            ...identity,
            certificate: await toCertificate(identity.trusted),
          };
          await using client = await clientOf(shown, collects, ignored);
          const error = await assertRejects(
            () => client.connectAsync("localhost", server.port, tls12),
            SocketError,
          );
          assertEquals(
            error.status,
            Status.certificateIsInvalid,
            error.message,
          );
          const { information } = client;
          const { serverCertificateErrors: told } = information;
          assertEquals(told, errors ?? told.slice(0, 1));
          assertEquals(
            information.serverCertificateErrorSeverity,
            told.length === 0 ? Severity.none : Severity.fatal,
          );
        }
      }
      assertEquals(server.received, 0);
    },
  );
}

/** Connections whose certificate is for the host, or is not. */
const NAMES: readonly {
  readonly names: Parameters<typeof makeLeaf>[0];
  readonly good: readonly string[];
  readonly bad: readonly string[];
}[] = [
  {
    names: { dnsNames: ["*.example.test"] },
    good: ["a.example.test", "A.EXAMPLE.test"],
    bad: ["example.test", "a.b.example.test", "aexample.test", "127.0.0.1"],
  },
  {
    names: { dnsNames: ["w*.example.test", "*.test", "*", "a.*.test"] },
    good: [],
    bad: ["www.example.test", "example.test", "a.b.test"],
  },
  {
    names: { dnsNames: ["xn--mnchen-3ya.test"] },
    good: ["münchen.test", "xn--mnchen-3ya.test"],
    bad: ["munchen.test"],
  },
  {
    names: { ipAddresses: ["192.0.2.1", "2001:db8::1"] },
    good: ["192.0.2.1", "2001:db8::1", "2001:DB8:0::1"],
    bad: ["192.0.2.2", "2001:db8::2", "localhost", "::ffff:192.0.2.1"],
  },
];

for (const collects of [false, true]) {
  const how = collects ? "node:tls" : "the runtime's TLS";
  for (const { names: options, good, bad } of NAMES) {
    const names = [...options?.dnsNames ?? [], ...options?.ipAddresses ?? []];
    Deno.test(
      `StreamSocket.upgradeToSslAsync() by ${how} tells whom a certificate for ${names} is for`,
      ON_LOOPBACK,
      async () => {
        const shown = await leafWith(options);
        async function upgrade(host: string): Promise<void> {
          const { client, server } = await openPair();
          const { control } = client;
          const root = await Certificate.fromDer(shown.trusted.der);
          control.trustedRootCertificates.push(root);
          control.collectTlsInformation = collects;
          const accepting = server.acceptSslAsync(shown.certificate)
            .catch((error) => error);
          try {
            await client.upgradeToSslAsync(tls12, host);
          } finally {
            await accepting;
            await closeAll(client, server);
          }
        }
        for (const host of good) await upgrade(host);
        for (const host of bad) {
          const error = await assertRejects(
            () => upgrade(host),
            SocketError,
            undefined,
            host,
          );
          assertEquals(error.status, Status.certificateCommonNameIsIncorrect);
        }
      },
    );
  }

  // openssl req -x509 makes authorities, which the runtime's TLS does not take
  // for servers.
  for (const isAuthority of [false, true]) {
    const kind = isAuthority ? "an authority" : "none";
    Deno.test(
      `StreamSocket.connectAsync() by ${how} takes a certificate that is trusted itself, of ${kind}`,
      ON_LOOPBACK,
      async () => {
        const made = await makeLeaf({ isAuthority });
        const certificate = await toCertificate(made);
        await using server = await SecureEcho.start(certificate);
        await using client = new StreamSocket();
        client.control.trustedRootCertificates.push(certificate);
        client.control.collectTlsInformation = collects;
        await client.connectAsync("localhost", server.port, tls12);
        await assertTalks(client);
        assertEquals(client.information.serverCertificateErrors, []);
      },
    );
  }

  Deno.test(
    `StreamSocket.connectAsync() by ${how} takes certificates for IPv4 and IPv6 addresses`,
    ON_LOOPBACK,
    async () => {
      const { root, server: certificate } = await goodIdentities();
      for (const host of ["127.0.0.1", "::1"]) {
        await using server = await SecureEcho.start(
          certificate,
          () => {},
          host,
        );
        await using client = new StreamSocket();
        client.control.trustedRootCertificates.push(root);
        client.control.collectTlsInformation = collects;
        await client.connectAsync(host, server.port, tls12);
        await assertTalks(client);
        const { information } = client;
        assertEquals(information.serverCertificateErrors, []);
        assertEquals(
          information.serverCertificateErrorSeverity,
          Severity.none,
        );
        assertEquals(information.serverCertificate?.subject, "Server");
        assertEquals(information.remoteHostName?.rawName, host);
      }
    },
  );
}

Deno.test(
  "StreamSocket.connectAsync() needs every error of a certificate to be ignored",
  ON_LOOPBACK,
  async () => {
    const leaf = await makeLeaf({
      dnsNames: ["example.test"],
      notBefore: LONG_AGO,
      notAfter: YESTERDAY,
      purposes: [CLIENT_AUTHENTICATION],
    });
    const certificate = await toCertificate(leaf);
    const shown = { certificate, trusted: await makeRoot() };
    const errors = [
      Result.untrusted,
      Result.expired,
      Result.wrongUsage,
      Result.invalidName,
    ];
    await using server = await startEcho(shown);
    for (const missing of errors) {
      const ignored = errors.filter((error) => error !== missing);
      await using client = await clientOf(shown, false, ignored);
      const error = await assertRejects(
        () => client.connectAsync("localhost", server.port, tls12),
        SocketError,
      );
      assertEquals(error.status, STATUS_OF.get(missing));
      assertEquals(client.information.serverCertificateErrors, errors);
    }
    assertEquals(server.received, 0);
    await using client = await clientOf(shown, false, errors);
    await client.connectAsync("localhost", server.port, tls12);
    await assertTalks(client);
  },
);

Deno.test(
  "StreamSocket refuses to ignore what WinRT calls fatal, before any I/O",
  { permissions: "none" },
  async () => {
    for (const [name, result] of Object.entries(Result)) {
      if (ALL_IGNORABLE.some((ignorable) => ignorable === result)) continue;
      using client = new StreamSocket();
      client.control.ignorableServerCertificateErrors.push(result);
      await assertRejects(
        () => client.connectAsync("127.0.0.1", 9, tls12),
        ArgumentError,
        `Cannot ignore the certificate error "${name}"`,
      );
      // It may be taken out again.
      client.control.ignorableServerCertificateErrors.length = 0;
    }
    using client = new StreamSocket();
    const list: unknown[] = client.control.ignorableServerCertificateErrors;
    for (const value of [99, "expired", null]) {
      list.splice(0, 1, value);
      await assertRejects(
        () => client.connectAsync("127.0.0.1", 9, tls12),
        ArgumentError,
        `"${value}"`,
      );
    }
  },
);

Deno.test(
  "StreamSocketInformation.serverIntermediateCertificates has what the server has sent, in its order",
  ON_LOOPBACK,
  async () => {
    const trusted = await makeRoot();
    const first = await makeAuthority({ issuer: trusted, subject: "CN=One" });
    const second = await makeAuthority({ issuer: first, subject: "CN=Two" });
    const other = await makeRoot({ subject: "CN=Other" });
    const leaf = await makeLeaf({ issuer: second });
    const certificate = await Certificate.fromPem(
      [leaf, other, second, first].map((each) => each.certificatePem).join(""),
      { privateKey: leaf.privateKeyPem },
    );
    const shown = { certificate, trusted };
    await using server = await startEcho(shown);
    await using client = await clientOf(shown, true);
    await client.connectAsync("localhost", server.port, tls12);
    await assertTalks(client);
    const { information } = client;
    assertEquals(
      information.serverIntermediateCertificates.map(({ subject }) => subject),
      ["Other", "Two", "One"],
    );
    assertMatch(information.tlsProtocol, /^TLSv1\.3$/);
    assertMatch(information.cipher, /^TLS_/);
  },
);

Deno.test(
  "StreamSocket.connectAsync() has one status for many errors, on every path",
  ON_LOOPBACK,
  async () => {
    const shown = await leafWith({
      notBefore: LONG_AGO,
      notAfter: YESTERDAY,
      dnsNames: ["example.test"],
    });
    await using server = await SecureEcho.start(shown.certificate);
    for (const collects of [false, true]) {
      await using client = new StreamSocket();
      const { control, information } = client;
      control.trustedRootCertificates.push(
        await Certificate.fromDer(shown.trusted.der),
      );
      control.collectTlsInformation = collects;
      const error = await assertRejects(
        () => client.connectAsync("localhost", server.port, tls12),
        SocketError,
      );
      assertEquals(error.status, Status.certificateCommonNameIsIncorrect);
      assertEquals(
        information.serverCertificateErrors,
        [Result.expired, Result.invalidName],
      );
    }
  },
);

Deno.test(
  "StreamSocketInformation tells of the last handshake alone",
  ON_LOOPBACK,
  async () => {
    const shown = await leafWith({ notAfter: YESTERDAY, notBefore: LONG_AGO });
    await using server = await startEcho(shown);
    await using client = await clientOf(shown, false);
    const { information } = client;
    assertEquals(information.serverCertificate, null);
    await assertRejects(
      () => client.connectAsync("localhost", server.port, tls12),
      SocketError,
    );
    assertEquals(information.serverCertificateErrors, [Result.expired]);
    await assertRejects(
      () => client.connectAsync("localhost", closedPort(), tls12),
      SocketError,
    );
    assertEquals(information.serverCertificate, null);
    assertEquals(information.serverCertificateErrors, []);
    assertEquals(information.serverCertificateErrorSeverity, Severity.none);
    assertEquals(information.serverIntermediateCertificates, []);
  },
);
