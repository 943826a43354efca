import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  type Certificate,
  ChainValidationResult,
  ClientCertificateMode,
  WebErrorStatus,
  WebSocketError,
} from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";
import { CLIENTS } from "./_secure.ts";
import { identities } from "./_tls_identities.ts";
import {
  type EchoListener,
  startEchoListener,
} from "./_web_socket_listener.ts";
import {
  askReport,
  type EchoServer,
  toPeerTls,
  WS,
} from "./_web_socket_peers.ts";
import { connect, type Talk } from "./_web_socket_talk.ts";

const MESSAGES = ["Grüße", "", randomBytes(768 * 1024).toBase64()];

const permissions = {
  net: ["127.0.0.1", "localhost"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** Starts a server that asks for a certificate or does not. */
async function startServer(requestCert: boolean): Promise<EchoServer> {
  const { server } = await identities();
  return await WS.startServer({
    tls: { ...await toPeerTls(server), requestCert },
  });
}

/** Connects as who has a certificate or none. */
async function connectAs(
  certificate: Certificate | null,
  collectsInformation: boolean,
  { url }: EchoServer,
): Promise<Talk> {
  const { root } = await identities();
  return await connect(url, ({ control }) => {
    control.trustedRootCertificates.push(root.certificate);
    control.clientCertificate = certificate;
    control.collectTlsInformation = collectsInformation;
  });
}

/** Asserts that something fails for a certificate. */
async function assertRefused(
  doing: () => Promise<unknown>,
  message: string,
): Promise<void> {
  const error = await assertRejects(doing, WebSocketError, message);
  assertEquals(error.status, WebErrorStatus.certificateIsInvalid);
}

/** Starts a listener that asks for certificates of the root of the tests. */
async function startListener(): Promise<EchoListener> {
  const { root, server } = await identities();
  return await startEchoListener({
    secure: (control) => {
      control.serverCertificate = server.certificate;
      control.clientCertificateMode = ClientCertificateMode.require;
      control.trustedRootCertificates.push(root.certificate);
    },
  });
}

for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
  Deno.test(`MessageWebSocket by ${name} talks to ws over TLS`, {
    permissions,
  }, async () => {
    await using server = await startServer(false);
    await using talk = await connectAs(null, collectsInformation, server);
    for (const message of MESSAGES) {
      assert(await talk.ask(message) === message);
    }
    assert(await talk.webSocket.pingAsync() > 0);
    talk.webSocket.close(4001, "bye");
    assertEquals(await talk.closed, "4001 bye");
    assertEquals(await server.closed(), "4001 bye");
  });

  Deno.test(
    `MessageWebSocket by ${name} without a certificate is refused by ws that asks for it`,
    {
      permissions,
    },
    async () => {
      await using server = await startServer(true);
      await assertRefused(
        () => connectAs(null, collectsInformation, server),
        "a certificate is required",
      );
    },
  );
}

Deno.test("MessageWebSocket shows its certificate to ws that asks for it", {
  permissions,
}, async () => {
  const { client } = await identities();
  await using server = await startServer(true);
  await using talk = await connectAs(client.certificate, false, server);
  const { certificate } = await askReport(talk);
  assertEquals(certificate, "Client");
});

Deno.test(
  "MessageWebSocket refuses ws with a certificate of a root that it does not know",
  {
    permissions,
  },
  async () => {
    await using server = await startServer(false);
    await assertRefused(
      () => connect(server.url),
      "there is no chain to a root that is trusted",
    );
  },
);

Deno.test(
  "MessageWebSocket ignores what it is told to in the certificate of ws",
  {
    permissions,
  },
  async () => {
    await using server = await startServer(false);
    await using talk = await connect(server.url, ({ control }) => {
      control.ignorableServerCertificateErrors.push(
        ChainValidationResult.incompleteChain,
      );
    });
    assertEquals(await talk.ask("hello"), "hello");
  },
);

Deno.test("MessageWebSocket lets a handler refuse the certificate of ws", {
  permissions,
}, async () => {
  const { root } = await identities();
  await using server = await startServer(false);
  await assertRejects(
    () =>
      connect(server.url, (webSocket) => {
        webSocket.control.trustedRootCertificates.push(root.certificate);
        webSocket.onservercustomvalidationrequested = (event) => {
          if (event.serverCertificate?.subject === "Server") event.reject();
        };
      }),
    WebSocketError,
    "a handler of servercustomvalidationrequested has rejected the certificate",
  );
});

Deno.test("ServerMessageWebSocket knows the certificate of ws", {
  permissions,
}, async () => {
  const { client } = await identities();
  await using listener = await startListener();
  const { echoes, closed } = await WS.talk({
    url: listener.url,
    messages: MESSAGES,
    tls: await toPeerTls(client),
  });
  assertEquals(echoes, [true, true, true]);
  assertEquals(closed, "4002 you go");
  const { url, socketInformation } = await listener.request;
  assertEquals(url.href, listener.url);
  assertEquals(socketInformation.clientCertificate?.subject, "Client");
});

Deno.test("WebSocketListener refuses ws with a certificate of another root", {
  permissions,
}, async () => {
  const { stranger } = await identities();
  await using listener = await startListener();
  const { url, error } = listener;
  await WS.talk({ url, messages: [], tls: await toPeerTls(stranger) });
  assertMatch(
    `${await error}`,
    /the certificate is refused: there is no chain/,
  );
});

Deno.test("WebSocketListener is refused by ws that does not know its root", {
  permissions,
}, async () => {
  const { client, strangeRoot } = await identities();
  await using listener = await startListener();
  const { error } = await WS.talk({
    url: listener.url,
    messages: [],
    tls: { ...await toPeerTls(client), ca: strangeRoot.pem },
  });
  assertEquals(error, "unable to get local issuer certificate");
});
