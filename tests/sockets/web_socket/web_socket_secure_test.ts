import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  type Certificate,
  ChainValidationResult as Result,
  ClientCertificateMode,
  MessageWebSocket,
  SocketSslErrorSeverity as Severity,
  StreamWebSocket,
  WebErrorStatus as Status,
  WebSocketError,
  type WebSocketListener,
  type WebSocketServerCustomValidationRequestedEventArgs as ValidationRequested,
} from "../../../mod.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { Tap } from "../_transport/_tap.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import { makeAuthority, makeLeaf } from "../certificates/_make_certificates.ts";
import { outcome } from "../streams/_fakes.ts";
import {
  closeAll,
  listen,
  listenSecurely,
  nextError,
  nextRequest,
  urlOf,
} from "./_client_listener.ts";
import { RawPeer } from "./_raw_peer.ts";

const ON_LOOPBACK = { permissions: { net: ["127.0.0.1", "localhost"] } };
const YESTERDAY = new Date(Date.now() - 86_400_000);
const LONG_AGO = new Date("2020-01-01");
const NAMES = { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] };

/** A WebSocket that trusts the root of the good certificates. */
async function trusting(collects = false): Promise<MessageWebSocket> {
  const { root } = await goodIdentities();
  const webSocket = new MessageWebSocket();
  webSocket.control.trustedRootCertificates = [root];
  webSocket.control.collectTlsInformation = collects;
  return webSocket;
}

/** Connects to a listener that nobody answers for yet, and accepts it. */
async function connectTo(
  listener: WebSocketListener,
  webSocket: MessageWebSocket,
): Promise<AsyncDisposable> {
  listener.onconnectionreceived = null;
  const requested = nextRequest(listener);
  const connected = webSocket.connectAsync(urlOf(listener));
  const server = await (await requested).acceptMessageWebSocketAsync();
  await connected;
  return { [Symbol.asyncDispose]: () => closeAll(webSocket, server) };
}

/** Whether it has a TLS that tells everything, which is the slower one. */
function isTold({ information }: MessageWebSocket): boolean {
  return information.socketInformation.tlsProtocol !== "";
}

async function statusOf(connecting: Promise<void>): Promise<Status> {
  const error = await assertRejects(() => connecting, WebSocketError);
  return error.status;
}

for (const collects of [false, true]) {
  const how = collects
    ? "with control.collectTlsInformation"
    : "without control.collectTlsInformation";

  Deno.test(
    `ClientWebSocket.connectAsync() connects to wss: ${how}, and tells what is known of it`,
    ON_LOOPBACK,
    async () => {
      using listener = await listenSecurely();
      const webSocket = await trusting(collects);
      await using _ = await connectTo(listener, webSocket);
      await webSocket.pingAsync();
      const { information } = webSocket;
      assertEquals(information.serverCertificate?.subject, "Server");
      assertEquals(isTold(webSocket), collects);
      assertEquals(information.serverCertificateErrors, []);
      assertEquals(information.serverCertificateErrorSeverity, Severity.none);
      assertEquals(information.serverIntermediateCertificates, []);
    },
  );

  Deno.test(
    `ClientWebSocket.connectAsync() to wss: ${how} keeps what the server sends right behind its answer`,
    ON_LOOPBACK,
    async () => {
      using listener = await listenSecurely(undefined, {
        async answer(request) {
          const server = await request.acceptStreamWebSocketAsync();
          server.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
          await server.outputStream.close();
        },
      });
      const { root } = await goodIdentities();
      await using webSocket = new StreamWebSocket();
      webSocket.control.trustedRootCertificates = [root];
      webSocket.control.collectTlsInformation = collects;
      await webSocket.connectAsync(urlOf(listener, "localhost"));
      const bytes = await new Response(webSocket.inputStream).bytes();
      assertEquals(bytes, new Uint8Array([1, 2, 3]));
    },
  );
}

/** A certificate that is refused. */
interface BadCertificate {
  readonly name: string;
  /** Whether the client trusts its root. */
  readonly isTrusted: boolean;
  readonly signsItself?: boolean;
  readonly options: Parameters<typeof makeLeaf>[0];
  readonly error: Result;
  readonly status: Status;
}

const BAD_CERTIFICATES: readonly BadCertificate[] = [
  {
    name: "signs itself",
    isTrusted: false,
    signsItself: true,
    options: NAMES,
    error: Result.untrusted,
    status: Status.certificateIsInvalid,
  },
  {
    name: "is under an unknown root",
    isTrusted: false,
    options: NAMES,
    error: Result.incompleteChain,
    status: Status.certificateIsInvalid,
  },
  {
    name: "is for another name",
    isTrusted: true,
    options: { dnsNames: ["a.example"], ipAddresses: ["127.0.0.2"] },
    error: Result.invalidName,
    status: Status.certificateCommonNameIsIncorrect,
  },
  {
    name: "has expired",
    isTrusted: true,
    options: { ...NAMES, notBefore: LONG_AGO, notAfter: YESTERDAY },
    error: Result.expired,
    status: Status.certificateExpired,
  },
];

for (
  const { name, isTrusted, signsItself, options, error, status }
    of BAD_CERTIFICATES
) {
  const make = async (): Promise<
    { certificate: Certificate; webSocket: MessageWebSocket }
  > => {
    const { rootMade } = await goodIdentities();
    const leaf = await makeLeaf(
      signsItself ? options : { issuer: rootMade, ...options },
    );
    return {
      certificate: await toCertificate(leaf),
      webSocket: isTrusted ? await trusting() : new MessageWebSocket(),
    };
  };

  Deno.test(
    `ClientWebSocket.connectAsync() refuses a certificate that ${name}, tells of it, and takes it once it is to be ignored`,
    ON_LOOPBACK,
    async () => {
      const { certificate, webSocket } = await make();
      using listener = await listenSecurely(certificate);
      let validations = 0;
      webSocket.onservercustomvalidationrequested = () => validations++;
      const { control, information } = webSocket;
      const refused = webSocket.connectAsync(urlOf(listener));
      assertEquals(await statusOf(refused), status);
      assertEquals(validations, 0);
      assertEquals(information.protocol, null);
      assertEquals(
        information.serverCertificate?.thumbprint,
        certificate.thumbprint,
      );
      assertEquals(information.serverCertificateErrors, [error]);
      assertEquals(
        information.serverCertificateErrorSeverity,
        Severity.ignorable,
      );
      control.ignorableServerCertificateErrors.push(
        ...information.serverCertificateErrors,
      );
      await using _ = await connectTo(listener, webSocket);
      assertEquals(validations, 1);
      assertEquals(information.protocol, "");
      assertEquals(information.serverCertificateErrors, [error]);
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() shows control.clientCertificate to a listener that asks for it",
  ON_LOOPBACK,
  async () => {
    const { client, root } = await goodIdentities();
    using listener = await listenSecurely(undefined, {
      configure({ control }) {
        control.clientCertificateMode = ClientCertificateMode.require;
        control.trustedRootCertificates = [root];
      },
    });
    const webSocket = await trusting();
    webSocket.control.clientCertificate = client;
    listener.onconnectionreceived = null;
    const requested = nextRequest(listener);
    const connected = webSocket.connectAsync(urlOf(listener));
    const request = await requested;
    const { clientCertificate } = request.socketInformation;
    assertEquals(clientCertificate?.thumbprint, client.thumbprint);
    const server = await request.acceptMessageWebSocketAsync();
    await connected;
    assertStrictEquals(
      server.information.socketInformation.clientCertificate,
      clientCertificate,
    );
    await closeAll(webSocket, server);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects without the certificate that the server demands",
  ON_LOOPBACK,
  async () => {
    const { root } = await goodIdentities();
    using listener = await listenSecurely(undefined, {
      configure({ control }) {
        control.clientCertificateMode = ClientCertificateMode.require;
        control.trustedRootCertificates = [root];
      },
    });
    const failed = nextError(listener);
    using webSocket = await trusting();
    const url = urlOf(listener);
    const error = await assertRejects(
      () => webSocket.connectAsync(url),
      WebSocketError,
      // Whatever it was doing when it was told.
      `Cannot connect to "${url}`,
    );
    assertEquals(error.status, Status.certificateIsInvalid);
    await failed;
  },
);

Deno.test(
  "ClientWebSocket raises servercustomvalidationrequested once, with what is known, and goes on without a decision",
  ON_LOOPBACK,
  async () => {
    const { rootMade } = await goodIdentities();
    const issuer = await makeAuthority({ issuer: rootMade });
    const leaf = await makeLeaf({ issuer, dnsNames: ["a.example"] });
    const certificate = await toCertificate(leaf);
    using listener = await listenSecurely(certificate);
    const webSocket = await trusting();
    const { ignorableServerCertificateErrors } = webSocket.control;
    ignorableServerCertificateErrors.push(Result.invalidName);
    const seen: unknown[] = [];
    webSocket.addEventListener("servercustomvalidationrequested", (event) => {
      assertStrictEquals(event.target, webSocket);
      seen.push(
        event.type,
        event.serverCertificate?.thumbprint,
        event.serverCertificateErrors,
        event.serverCertificateErrorSeverity,
        event.serverIntermediateCertificates.length,
      );
    });
    await using _ = await connectTo(listener, webSocket);
    assertEquals(seen, [
      "servercustomvalidationrequested",
      certificate.thumbprint,
      [Result.invalidName],
      Severity.ignorable,
      1,
    ]);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects when a handler rejects the certificate, before it asks for anything",
  ON_LOOPBACK,
  async () => {
    using listener = await listenSecurely();
    const failed = nextError(listener);
    const webSocket = await trusting();
    webSocket.onservercustomvalidationrequested = (event) => event.reject();
    webSocket.addEventListener("servercustomvalidationrequested", () => {});
    const error = await assertRejects(
      () => webSocket.connectAsync(urlOf(listener)),
      WebSocketError,
      "a handler of servercustomvalidationrequested has rejected the certificate",
    );
    assertEquals(error.hresult >>> 0, 0x800C_000E);
    const told = await failed;
    assertInstanceOf(told, WebSocketError);
    assertMatch(
      told.message,
      /the connection ended after 0 bytes of the head$/,
    );
    assertEquals(webSocket.information.serverCertificate?.subject, "Server");
    webSocket.onservercustomvalidationrequested = null;
    await using _ = await connectTo(listener, webSocket);
  },
);

for (const isRejected of [false, true]) {
  const what = isRejected ? "rejects with" : "waits for";

  Deno.test(
    `ClientWebSocket.connectAsync() ${what} what handlers decide by their deferrals`,
    ON_LOOPBACK,
    async () => {
      using listener = await listenSecurely();
      await using webSocket = await trusting();
      const decided: string[] = [];
      const decide = (name: string, rejects: boolean) => {
        return async (event: ValidationRequested): Promise<void> => {
          using _ = event.getDeferral();
          await turnsOfEventLoop(3);
          decided.push(name);
          if (rejects) event.reject();
        };
      };
      const type = "servercustomvalidationrequested";
      webSocket.addEventListener(type, decide("first", isRejected));
      webSocket.addEventListener(type, decide("second", false));
      const settled = await outcome(webSocket.connectAsync(urlOf(listener)));
      assertEquals(decided, ["first", "second"]);
      if (isRejected) assertInstanceOf(settled, WebSocketError);
      else assertEquals(settled, undefined);
    },
  );
}

Deno.test(
  "ClientWebSocket raises no servercustomvalidationrequested for ws:",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const webSocket = new MessageWebSocket();
    webSocket.onservercustomvalidationrequested = (event) => event.reject();
    await using _ = await connectTo(listener, webSocket);
    assertEquals(webSocket.information.serverCertificate, null);
  },
);

Deno.test(
  "ClientWebSocket.onservercustomvalidationrequested may be taken away, and then nobody is asked",
  ON_LOOPBACK,
  async () => {
    using listener = await listenSecurely();
    const webSocket = await trusting();
    const reject = (event: { reject(): void }): void => event.reject();
    webSocket.onservercustomvalidationrequested = reject;
    assertStrictEquals(webSocket.onservercustomvalidationrequested, reject);
    webSocket.onservercustomvalidationrequested = null;
    const type = "servercustomvalidationrequested";
    webSocket.addEventListener(type, reject);
    webSocket.removeEventListener(type, reject);
    await using _ = await connectTo(listener, webSocket);
    assertEquals(isTold(webSocket), false);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects when the server of wss: does not speak TLS, and that of ws: does",
  ON_LOOPBACK,
  async () => {
    using plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using webSocket = await trusting();
    const connecting = outcome(
      webSocket.connectAsync(`wss://127.0.0.1:${plain.addr.port}/`),
    );
    using peer = new RawPeer(await plain.accept(), false);
    await peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    const error = await connecting;
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.status, Status.cannotConnect);
    using secure = await listenSecurely();
    const failed = nextError(secure);
    const url = urlOf(secure).replace("wss:", "ws:");
    assertEquals(
      await statusOf(webSocket.connectAsync(url)),
      Status.errorHttpInvalidServerResponse,
    );
    await failed;
  },
);

for (const collects of [false, true]) {
  for (const how of ["end", "reset"] as const) {
    Deno.test(
      `ClientWebSocket.connectAsync() ${
        collects ? "with" : "without"
      } control.collectTlsInformation rejects when the connection has its ${how} in the handshake of TLS`,
      ON_LOOPBACK,
      async () => {
        using listener = await listenSecurely();
        for (const size of [0, 3, 200]) {
          await using tap = new Tap(Number(listener.information.localPort));
          await tap.toClient.cutAfter(size, how);
          await using webSocket = await trusting(collects);
          const status = await statusOf(
            webSocket.connectAsync(`wss://127.0.0.1:${tap.port}/`),
          );
          assertEquals(status, Status.connectionReset, `after ${size} bytes`);
        }
      },
    );
  }
}
