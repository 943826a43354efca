import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import {
  type Listen,
  listenTcp,
} from "../../../sockets/_transport/listen_tcp.ts";
import { listenNatively } from "../../../sockets/_transport/native_listener_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";

/** Two connected transports: the one under test, and its peer. */
export interface TransportPair {
  readonly transport: StreamTransport;
  readonly peer: StreamTransport;
}

/** A way to make the transport under test. */
export interface TransportKind {
  readonly name: string;
  open(): Promise<TransportPair>;
}

async function openPair(
  connect: (port: number) => Promise<StreamTransport>,
  listen: Listen = listenTcp,
): Promise<TransportPair> {
  const listener = listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = listener.localAddress;
    const [transport, peer] = await Promise.all([
      connect(port),
      listener.accept(),
    ]);
    return { transport, peer };
  } finally {
    listener.close();
  }
}

/** Those by native calls, which are not there without FFI. */
const NATIVE_KINDS: readonly TransportKind[] = [
  {
    name: "native, connected",
    open: () =>
      openPair((port) =>
        connectTcp({ hostname: "127.0.0.1", port }, { isTransferable: true })
      ),
  },
  {
    name: "native, accepted",
    async open() {
      const { transport, peer } = await openPair(
        (port) => connectTcp({ hostname: "127.0.0.1", port }),
        listenNatively,
      );
      return { transport: peer, peer: transport };
    },
  },
];

/** Every implementation of the stream transport. */
export const TRANSPORT_KINDS: readonly TransportKind[] = [
  {
    name: "Deno.connect",
    open: () => openPair((port) => connectTcp({ hostname: "127.0.0.1", port })),
  },
  {
    name: "Deno.listen",
    async open() {
      const { transport, peer } = await openPair((port) =>
        connectTcp({ hostname: "127.0.0.1", port })
      );
      return { transport: peer, peer: transport };
    },
  },
  {
    name: "node:net",
    open: () =>
      openPair((port) =>
        connectTcp({ hostname: "127.0.0.1", port }, {
          from: { hostname: "127.0.0.1", port: 0 },
        })
      ),
  },
  ...(hasNativeSockets() ? NATIVE_KINDS : []),
];
