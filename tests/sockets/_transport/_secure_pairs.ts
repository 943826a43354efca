import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { listenTcp } from "../../../sockets/_transport/listen_tcp.ts";
import { secureClient } from "../../../sockets/_transport/secure_client.ts";
import { secureServer } from "../../../sockets/_transport/secure_server.ts";
import type {
  SecureTransport,
  TlsClientRequest,
  TlsServerRequest,
} from "../../../sockets/_transport/secure_transport.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { closeOnce, NO_DELAY, Tap, type TapDirection } from "./_tap.ts";

const LOOPBACK = "127.0.0.1";
const NEVER = new AbortController().signal;

/** Two secure transports, and the relay between them. */
export interface SecurePair {
  readonly transport: SecureTransport;
  readonly peer: SecureTransport;
  /** What the peer sends. */
  readonly inbound: TapDirection;
  /** What the transport sends. */
  readonly outbound: TapDirection;
  /** Closes both, and the relay. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What both sides of a handshake came to. */
export type Handshakes = readonly [
  PromiseSettledResult<SecureTransport>,
  PromiseSettledResult<SecureTransport>,
];

/** What a handshake is asked for, beside what it needs. */
export interface SecureOptions {
  readonly client?: Partial<TlsClientRequest>;
  readonly server?: Partial<TlsServerRequest>;
}

/** A way to make the transport under test. */
export interface SecureKind {
  readonly name: string;
  open(options?: SecureOptions): Promise<SecurePair>;
}

/** A way to be the client. */
export interface ClientKind {
  readonly name: string;
  readonly isToTell: boolean;
  readonly connect: (port: number) => Promise<StreamTransport>;
}

/** Every way to be the client. */
export const CLIENT_KINDS: readonly ClientKind[] = [
  {
    name: "client by the runtime's TLS",
    isToTell: false,
    connect: (port) => connectTcp({ hostname: LOOPBACK, port }),
  },
  {
    name: "client by node:tls over Deno.Conn",
    isToTell: true,
    connect: (port) => connectTcp({ hostname: LOOPBACK, port }),
  },
  {
    name: "client by node:tls over node:net",
    isToTell: false,
    connect: (port) =>
      connectTcp({ hostname: LOOPBACK, port }, {
        from: { hostname: LOOPBACK, port: 0 },
      }),
  },
];

/** Every implementation of the secure transport. */
export const SECURE_KINDS: readonly SecureKind[] = CLIENT_KINDS.flatMap(
  (kind) => [
    {
      name: kind.name,
      async open(options) {
        const { client, server, tap } = await openSecure(kind, options);
        return {
          transport: client,
          peer: server,
          inbound: tap.toClient,
          outbound: tap.toServer,
          [Symbol.asyncDispose]: () => closeAll(tap, client, server),
        };
      },
    },
    {
      name: `server of a ${kind.name}`,
      async open(options) {
        const { client, server, tap } = await openSecure(kind, options);
        return {
          transport: server,
          peer: client,
          inbound: tap.toServer,
          outbound: tap.toClient,
          [Symbol.asyncDispose]: () => closeAll(tap, client, server),
        };
      },
    },
  ],
);

/** Tries a handshake through a relay; closes nothing that it came to. */
export async function shakeHands(
  kind: ClientKind,
  { client = {}, server = {} }: SecureOptions = {},
  prepare: (tap: Tap) => void | Promise<void> = () => {},
): Promise<{ readonly handshakes: Handshakes; readonly tap: Tap }> {
  const { root, server: leaf } = await goodIdentities();
  const listener = listenTcp({ hostname: LOOPBACK, port: 0 });
  const tap = new Tap(listener.localAddress.port);
  await prepare(tap);
  async function secureAsClient(): Promise<SecureTransport> {
    const under = await kind.connect(tap.port);
    under.setOptions(NO_DELAY);
    return await secureClient(under, {
      hostName: "localhost",
      alpnProtocols: [],
      trustedRoots: [root],
      ignorableErrors: [],
      clientCertificate: null,
      isToTell: kind.isToTell,
      signal: NEVER,
      onPeer: () => {},
      ...client,
    });
  }
  async function secureAsServer(): Promise<SecureTransport> {
    const under = await listener.accept();
    listener.close();
    under.setOptions(NO_DELAY);
    return await secureServer(under, {
      certificate: leaf,
      alpnProtocols: [],
      clientCertificate: "none",
      trustedRoots: [],
      signal: NEVER,
      ...server,
    });
  }
  const handshakes = await Promise.allSettled([
    secureAsClient(),
    secureAsServer(),
  ]);
  return { handshakes, tap };
}

async function openSecure(
  kind: ClientKind,
  options?: SecureOptions,
): Promise<{ client: SecureTransport; server: SecureTransport; tap: Tap }> {
  const { handshakes: [client, server], tap } = await shakeHands(kind, options);
  if (client.status === "rejected") throw client.reason;
  if (server.status === "rejected") throw server.reason;
  return { client: client.value, server: server.value, tap };
}

/** Closes what is still open; the relay first, so that nobody waits. */
async function closeAll(
  tap: Tap,
  ...transports: SecureTransport[]
): Promise<void> {
  await tap[Symbol.asyncDispose]();
  for (const transport of transports) await closeOnce(transport);
}
