import { assert, assertMatch, assertRejects } from "@std/assert";
import { once } from "node:events";
import {
  connect as connectTls,
  type ConnectionOptions,
  createServer,
  type TlsOptions,
} from "node:tls";
import { toSocketError } from "../../errors/_classify.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketErrorStatus as Status } from "../../errors/socket_error_status.ts";
import {
  BareTlsServer,
  RecordType,
} from "../sockets/_transport/_bare_tls_server.ts";
import {
  CLIENT_AUTHENTICATION,
  makeLeaf,
  type MakeOptions,
  makeRoot,
} from "../sockets/certificates/_make_certificates.ts";
import { signAnew, toVersion1 } from "../sockets/certificates/_sign_anew.ts";
import { assertClassifies, type ExpectedSocketError } from "./_test_utils.ts";

const LOOPBACK = "127.0.0.1";
const ON_LOOPBACK = { permissions: { net: [LOOPBACK] } };
const LONG_AGO = new Date("2020-01-01");
const YESTERDAY = new Date(Date.now() - 86_400_000);

const MALFORMED: ExpectedSocketError = {
  hresult: HResult.CERT_E_MALFORMED,
  status: Status.certificateIsInvalid,
  reason: "the certificate is not valid",
};
const NO_ALGORITHM: ExpectedSocketError = {
  hresult: HResult.SEC_E_ALGORITHM_MISMATCH,
  status: Status.softwareCausedConnectionAbort,
  reason: "there is no algorithm that both sides have",
};
const NO_VERSION: ExpectedSocketError = {
  hresult: HResult.SEC_E_UNSUPPORTED_FUNCTION,
  status: Status.softwareCausedConnectionAbort,
  reason: "there is no version of TLS that both sides have",
};
const NO_PROTOCOL: ExpectedSocketError = {
  hresult: HResult.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
  status: Status.softwareCausedConnectionAbort,
  reason: "there is no application protocol that both sides have",
};
const NO_CERTIFICATE: ExpectedSocketError = {
  hresult: HResult.SEC_E_NO_CREDENTIALS,
  status: Status.certificateIsInvalid,
  reason: "a certificate is required",
};
const NOT_DECRYPTED: ExpectedSocketError = {
  hresult: HResult.SEC_E_DECRYPT_FAILURE,
  status: Status.softwareCausedConnectionAbort,
  reason: "a message cannot be decrypted",
};
const NOT_TLS: ExpectedSocketError = {
  hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
  status: Status.softwareCausedConnectionAbort,
  reason: "what came is not TLS",
};
const MISBEHAVED: ExpectedSocketError = {
  hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
  status: Status.softwareCausedConnectionAbort,
  reason: "the peer breaks the rules of TLS",
};
const BAD_SIGNATURE: ExpectedSocketError = {
  hresult: HResult.TRUST_E_CERT_SIGNATURE,
  status: Status.certificateIsInvalid,
  reason: "a signature cannot be verified",
};

/** How a server behaves towards one client. */
type Serve = (conn: Deno.TcpConn) => Promise<void>;

/** Runs a client against a server. */
async function against<T>(
  serve: Serve,
  run: (port: number) => Promise<T>,
): Promise<T> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  async function accept(): Promise<void> {
    const conn = await listener.accept();
    conn.setNoDelay();
    try {
      await serve(conn);
      while (await conn.read(new Uint8Array(4096)) !== null);
    } catch {
      // The client has left.
    } finally {
      conn.close();
    }
  }
  const [result] = await Promise.all([run(listener.addr.port), accept()]);
  return result;
}

/** How the runtime's own TLS fails in the handshake, or in the read behind it. */
async function failureOfDeno(
  port: number,
  caCerts: string[] = [],
): Promise<unknown> {
  const conn = await Deno.connect({ hostname: LOOPBACK, port });
  using tls = await Deno.startTls(conn, { hostname: "localhost", caCerts });
  return await assertRejects(async () => {
    await tls.handshake();
    await tls.read(new Uint8Array(1));
  });
}

/** How node:tls fails, which takes any certificate. */
async function failureOfNode(
  port: number,
  options: ConnectionOptions = {},
): Promise<unknown> {
  const socket = connectTls({
    host: LOOPBACK,
    port,
    servername: "localhost",
    rejectUnauthorized: false,
    ...options,
  });
  const [error] = await once(socket, "error");
  socket.destroy();
  return error;
}

/** How a server by node:tls fails. */
async function failureOfNodeServer(
  options: TlsOptions,
  run: (port: number) => Promise<unknown>,
): Promise<unknown> {
  const { chainPem, privateKeyPem } = await makeLeaf();
  const server = createServer({
    cert: chainPem,
    key: privateKeyPem,
    ...options,
  });
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const failed = once(server, "tlsClientError");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  await run(address.port);
  const [error, socket] = await failed;
  socket.destroy();
  server.close();
  return error;
}

/** Sends bytes, and reads to the end. */
async function sendRaw(port: number, bytes: Uint8Array): Promise<void> {
  using conn = await Deno.connect({ hostname: LOOPBACK, port });
  await conn.write(bytes);
  await conn.closeWrite();
  try {
    while (await conn.read(new Uint8Array(4096)) !== null);
  } catch {
    // The server has left.
  }
}

/** A server that shows a certificate. */
interface Shown {
  readonly serve: Serve;
  readonly caCerts: string[];
}

interface ShowOptions extends MakeOptions {
  readonly isVersion1?: boolean;
  readonly hasOtherKey?: boolean;
  readonly isRootUnknown?: boolean;
  readonly root?: MakeOptions;
}

async function show(options: ShowOptions): Promise<Shown> {
  const { isVersion1, hasOtherKey, isRootUnknown, root: ofRoot, ...ofLeaf } =
    options;
  const root = await makeRoot(ofRoot);
  const leaf = await makeLeaf({ issuer: root, ...ofLeaf });
  const other = hasOtherKey ? await makeLeaf() : leaf;
  const der = isVersion1 ? signAnew(leaf, root, toVersion1) : leaf.der;
  const keyKind = ofLeaf.keyKind?.startsWith("rsa") ? "rsa" : "ecdsa";
  const trusted = isRootUnknown
    ? await makeRoot({ subject: "CN=Other" })
    : root;
  return {
    caCerts: [trusted.certificatePem],
    async serve(conn) {
      await new BareTlsServer(conn).shakeHands({
        certificates: [der],
        privateKeyPem: other.privateKeyPem,
        keyKind,
      });
    },
  };
}

/** Certificates, and what the runtime's own TLS makes of them. */
const CERTIFICATES: readonly {
  readonly name: string;
  readonly options: ShowOptions;
  readonly expected: ExpectedSocketError;
}[] = [
  {
    name: "has expired",
    options: { notBefore: LONG_AGO, notAfter: YESTERDAY },
    expected: {
      hresult: HResult.CERT_E_EXPIRED,
      status: Status.certificateExpired,
      reason: "the certificate has expired",
    },
  },
  {
    name: "is not valid yet",
    options: {
      notBefore: new Date("2100-01-01"),
      notAfter: new Date("2101-01-01"),
    },
    expected: {
      hresult: HResult.CERT_E_EXPIRED,
      status: Status.certificateExpired,
      reason: "the certificate is not valid yet",
    },
  },
  {
    name: "is for another name",
    options: { dnsNames: ["example.test"] },
    expected: {
      hresult: HResult.CERT_E_CN_NO_MATCH,
      status: Status.certificateCommonNameIsIncorrect,
      reason: "the certificate is for another name",
    },
  },
  {
    name: "has no name",
    options: { dnsNames: [], subject: "CN=localhost" },
    expected: {
      hresult: HResult.CERT_E_CN_NO_MATCH,
      status: Status.certificateCommonNameIsIncorrect,
      reason: "the certificate is for another name",
    },
  },
  {
    name: "is of an unknown issuer",
    options: { isRootUnknown: true },
    expected: {
      hresult: HResult.CERT_E_UNTRUSTEDROOT,
      status: Status.certificateUntrustedRoot,
      reason: "the issuer of the certificate is not trusted",
    },
  },
  {
    name: "is an authority",
    options: { isAuthority: true },
    expected: {
      hresult: HResult.CERT_E_UNTRUSTEDROOT,
      status: Status.certificateUntrustedRoot,
      reason: "the issuer of the certificate is not trusted",
    },
  },
  {
    name: "is for clients",
    options: { purposes: [CLIENT_AUTHENTICATION] },
    expected: {
      hresult: HResult.CERT_E_WRONG_USAGE,
      status: Status.certificateWrongUsage,
      reason: "the certificate is for another usage",
    },
  },
  {
    name: "has a weak signature",
    options: { root: { keyKind: "rsaSha1" } },
    expected: BAD_SIGNATURE,
  },
  {
    name: "has another key than the server",
    options: { hasOtherKey: true },
    expected: BAD_SIGNATURE,
  },
  {
    name: "has a key that is too short",
    options: { keyKind: "rsa1024" },
    expected: BAD_SIGNATURE,
  },
  {
    name: "is of version 1",
    options: { isVersion1: true },
    expected: MALFORMED,
  },
];

for (const { name, options, expected } of CERTIFICATES) {
  Deno.test(
    `toSocketError() tells of a certificate that ${name}, as the runtime's TLS does`,
    ON_LOOPBACK,
    async () => {
      const { serve, caCerts } = await show(options);
      const cause = await against(
        serve,
        (port) => failureOfDeno(port, caCerts),
      );
      assertClassifies(cause, expected);
    },
  );
}

Deno.test(
  "toSocketError() tells of a signature that cannot be verified, as node:tls does",
  ON_LOOPBACK,
  async () => {
    for (
      const options of [{ hasOtherKey: true }, { keyKind: "rsa1024" }] as const
    ) {
      const { serve } = await show(options);
      assertClassifies(await against(serve, failureOfNode), BAD_SIGNATURE);
    }
  },
);

Deno.test(
  "toSocketError() tells of a server without a certificate",
  ON_LOOPBACK,
  async () => {
    const { privateKeyPem } = await makeLeaf();
    async function serve(conn: Deno.TcpConn): Promise<void> {
      await new BareTlsServer(conn).shakeHands({
        certificates: [],
        privateKeyPem,
        keyKind: "ecdsa",
      });
    }
    for (const failure of [failureOfDeno, failureOfNode]) {
      assertClassifies(
        await against(serve, (port) => failure(port)),
        NO_CERTIFICATE,
      );
    }
  },
);

const HANDSHAKE_ENDED = {
  hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
  status: Status.softwareCausedConnectionAbort,
  reason: "the peer has ended the handshake",
};
const CERTIFICATE_REFUSED = {
  hresult: HResult.CERT_E_MALFORMED,
  status: Status.certificateIsInvalid,
  reason: "the peer refuses the certificate",
};

/** RFC 8446, section 6: alerts by their numbers. */
const ALERTS: ReadonlyMap<number, ExpectedSocketError> = new Map([
  [10, HANDSHAKE_ENDED],
  [20, NOT_DECRYPTED],
  [22, HANDSHAKE_ENDED],
  [
    40,
    {
      hresult: HResult.SEC_E_ALGORITHM_MISMATCH,
      status: Status.softwareCausedConnectionAbort,
      reason:
        "the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate",
    },
  ],
  [41, NO_CERTIFICATE],
  [42, CERTIFICATE_REFUSED],
  [
    43,
    {
      hresult: HResult.CERT_E_WRONG_USAGE,
      status: Status.certificateWrongUsage,
      reason: "the peer does not support the certificate",
    },
  ],
  [
    44,
    {
      hresult: HResult.CERT_E_REVOKED,
      status: Status.certificateRevoked,
      reason: "the peer refuses the certificate as revoked",
    },
  ],
  [
    45,
    {
      hresult: HResult.CERT_E_EXPIRED,
      status: Status.certificateExpired,
      reason: "the peer refuses the certificate as expired",
    },
  ],
  [46, CERTIFICATE_REFUSED],
  [47, HANDSHAKE_ENDED],
  [
    48,
    {
      hresult: HResult.CERT_E_UNTRUSTEDROOT,
      status: Status.certificateUntrustedRoot,
      reason: "the peer does not trust the issuer of the certificate",
    },
  ],
  [49, HANDSHAKE_ENDED],
  [50, HANDSHAKE_ENDED],
  [51, NOT_DECRYPTED],
  [70, NO_VERSION],
  [71, NO_ALGORITHM],
  [80, HANDSHAKE_ENDED],
  [86, HANDSHAKE_ENDED],
  [109, HANDSHAKE_ENDED],
  [110, HANDSHAKE_ENDED],
  [112, HANDSHAKE_ENDED],
  [116, NO_CERTIFICATE],
  [120, NO_PROTOCOL],
  [200, HANDSHAKE_ENDED],
]);

/** A fatal alert in a record of its own. */
function alert(number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array([RecordType.alert, 3, 3, 0, 2, 2, number]);
}

for (const [number, expected] of ALERTS) {
  Deno.test(
    `toSocketError() tells of the alert ${number} of TLS, as both kinds of client do`,
    ON_LOOPBACK,
    async () => {
      async function serve(conn: Deno.TcpConn): Promise<void> {
        await conn.read(new Uint8Array(4096));
        await conn.write(alert(number));
      }
      for (const failure of [failureOfDeno, failureOfNode]) {
        const cause = await against(serve, (port) => failure(port));
        assertClassifies(cause, expected);
      }
    },
  );
}

Deno.test(
  "toSocketError() tells of an alert of a client, as a server by node:tls does",
  ON_LOOPBACK,
  async () => {
    const root = await makeRoot();
    const cause = await failureOfNodeServer({}, async (port) => {
      await failureOfDeno(port, [root.certificatePem]);
    });
    assertClassifies(cause, {
      hresult: HResult.CERT_E_UNTRUSTEDROOT,
      status: Status.certificateUntrustedRoot,
      reason: "the peer does not trust the issuer of the certificate",
    });
  },
);

Deno.test(
  "toSocketError() tells of a client without a certificate, as both sides do",
  ON_LOOPBACK,
  async () => {
    for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
      let client: unknown;
      const cause = await failureOfNodeServer(
        { requestCert: true, rejectUnauthorized: true, maxVersion: version },
        async (port) => client = await failureOfNode(port),
      );
      assertClassifies(cause, NO_CERTIFICATE);
      assertMatch(
        toSocketError(client, "").message,
        /a certificate is required$|the peer requires a certificate$/,
      );
    }
  },
);

Deno.test(
  "toSocketError() tells of application protocols that do not match, as both sides do",
  ON_LOOPBACK,
  async () => {
    let client: unknown;
    const cause = await failureOfNodeServer(
      { ALPNProtocols: ["a"] },
      async (port) =>
        client = await failureOfNode(port, { ALPNProtocols: ["b"] }),
    );
    assertClassifies(cause, NO_PROTOCOL);
    assertClassifies(client, NO_PROTOCOL);
  },
);

/** RFC 5246, section 7.4.1.2: a client with some extensions. */
function clientHello(
  minor: number,
  suites: number[],
  extensions: number[] = [],
): Uint8Array<ArrayBuffer> {
  const hello = [
    3,
    minor,
    ...new Uint8Array(32),
    0,
    0,
    suites.length,
    ...suites,
  ];
  hello.push(1, 0, 0, extensions.length, ...extensions);
  const message = [1, 0, 0, hello.length, ...hello];
  return new Uint8Array([22, 3, 1, 0, message.length, ...message]);
}

/** RFC 8446, section 4.2.3: ecdsa_secp256r1_sha256 alone. */
const SIGNATURES = [0, 13, 0, 4, 0, 2, 4, 3];
/** RFC 8422, section 5.1.1: a group that nobody has. */
const GROUPS = [0, 10, 0, 4, 0, 2, 0xFA, 0xFA];

Deno.test(
  "toSocketError() tells of clients that have too little, as a server by node:tls does",
  ON_LOOPBACK,
  async () => {
    const ecdsa = [0xC0, 0x2B];
    for (
      const [hello, expected] of [
        [clientHello(1, ecdsa), NO_VERSION],
        [clientHello(3, [0, 0x2F], SIGNATURES), NO_ALGORITHM],
        [clientHello(3, ecdsa, [...SIGNATURES, ...GROUPS]), NO_ALGORITHM],
      ] as const
    ) {
      const cause = await failureOfNodeServer(
        {},
        (port) => sendRaw(port, hello),
      );
      assertClassifies(cause, expected);
    }
  },
);

Deno.test(
  "toSocketError() tells of versions of TLS that do not match, as both sides do",
  ON_LOOPBACK,
  async () => {
    let client: unknown;
    const cause = await failureOfNodeServer(
      { maxVersion: "TLSv1.2" },
      async (port) =>
        client = await failureOfNode(port, { minVersion: "TLSv1.3" }),
    );
    assertClassifies(cause, NO_VERSION);
    assertClassifies(client, NO_VERSION);
  },
);

/** What a server says that is wrong, and what that is. */
const WRONG_WORDS: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: ExpectedSocketError;
}[] = [
  {
    name: "plain text",
    bytes: new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
    expected: NOT_TLS,
  },
  {
    name: "a message that is cut",
    bytes: new Uint8Array([22, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3]),
    expected: NOT_TLS,
  },
  {
    name: "a message that may not come yet",
    bytes: new Uint8Array([22, 3, 3, 0, 4, 14, 0, 0, 0]),
    expected: NOT_TLS,
  },
  {
    name: "warnings without end",
    bytes: new Uint8Array(
      Array.from({ length: 100 }, () => [21, 3, 3, 0, 2, 1, 90]).flat(),
    ),
    expected: MISBEHAVED,
  },
  {
    name: "an old version of TLS",
    bytes: new Uint8Array([
      ...[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 2],
      ...new Uint8Array(32),
      ...[0, 0xC0, 0x2B, 0],
    ]),
    expected: NO_VERSION,
  },
];

for (const { name, bytes, expected } of WRONG_WORDS) {
  Deno.test(
    `toSocketError() tells of a server that sends ${name}, as both kinds of client do`,
    ON_LOOPBACK,
    async () => {
      async function serve(conn: Deno.TcpConn): Promise<void> {
        await conn.read(new Uint8Array(4096));
        await conn.write(bytes);
      }
      for (const failure of [failureOfDeno, failureOfNode]) {
        const cause = await against(serve, (port) => failure(port));
        assertClassifies(cause, expected);
      }
    },
  );
}

Deno.test(
  "toSocketError() tells of plain text, as a server by node:tls does",
  ON_LOOPBACK,
  async () => {
    const hello = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
    const cause = await failureOfNodeServer({}, (port) => sendRaw(port, hello));
    assertClassifies(cause, NOT_TLS);
  },
);

Deno.test(
  "toSocketError() tells of a record that cannot be decrypted, as both kinds of client do",
  ON_LOOPBACK,
  async () => {
    const root = await makeRoot();
    const leaf = await makeLeaf({ issuer: root });
    async function serve(conn: Deno.TcpConn): Promise<void> {
      await new BareTlsServer(conn).shakeHands({
        certificates: [leaf.der],
        privateKeyPem: leaf.privateKeyPem,
        keyKind: "ecdsa",
      });
      const length = 40;
      await conn.write(
        new Uint8Array([23, 3, 3, 0, length, ...new Uint8Array(length)]),
      );
    }
    for (const failure of [failureOfDeno, failureOfNode]) {
      const cause = await against(
        serve,
        (port) =>
          failure === failureOfDeno
            ? failureOfDeno(port, [root.certificatePem])
            : failureOfNode(port),
      );
      assertClassifies(cause, NOT_DECRYPTED);
    }
  },
);

Deno.test(
  "toSocketError() tells of a server that leaves in the handshake, as the runtime's TLS does",
  ON_LOOPBACK,
  async () => {
    const cause = await against(
      async (conn) => {
        await conn.read(new Uint8Array(4096));
        await conn.closeWrite();
      },
      (port) => failureOfDeno(port),
    );
    assertClassifies(cause, {
      hresult: HResult.WSAECONNRESET,
      status: Status.connectionResetByPeer,
      reason: "the peer has closed the connection in the handshake",
    });
  },
);

Deno.test(
  "toSocketError() tells of an end without close_notify, as the runtime's TLS does",
  ON_LOOPBACK,
  async () => {
    const root = await makeRoot();
    const leaf = await makeLeaf({ issuer: root });
    const cause = await against(
      async (conn) => {
        await new BareTlsServer(conn).shakeHands({
          certificates: [leaf.der],
          privateKeyPem: leaf.privateKeyPem,
          keyKind: "ecdsa",
        });
        await conn.closeWrite();
      },
      (port) => failureOfDeno(port, [root.certificatePem]),
    );
    assertClassifies(cause, {
      hresult: HResult.WSAECONNRESET,
      status: Status.connectionResetByPeer,
      reason: "the connection was cut off before the end of TLS",
    });
  },
);
