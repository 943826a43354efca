import type {
  MessageWebSocket,
  WebSocketConnectOptions,
} from "../../../mod.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { outcome } from "../streams/_fakes.ts";
import { listenSecurely, nextError, urlOf } from "./_client_listener.ts";
import { type RawEnd, RawPeer, RawServer } from "./_raw_peer.ts";

/** A client that connects, and does not get further. */
export interface Stalled {
  /** How its connect settles. */
  readonly connecting: Promise<unknown>;
  /** Resolves when the other side has seen the client leave. */
  readonly left: Promise<unknown>;
}

/** A step of connecting, which a peer lets last for ever. */
export interface Step {
  readonly name: string;
  /** What an error tells when it takes longer than 50 ms. */
  readonly reason: string;
  /** Connects, and resolves when the step is reached. */
  stall(
    webSocket: MessageWebSocket,
    options?: WebSocketConnectOptions,
  ): Promise<Stalled>;
}

/** More than the system takes for a peer that does not read. */
const HUGE_VALUE = "x".repeat(8 * 1024 * 1024);

export const STEPS: readonly Step[] = [
  {
    name: "the handshake of TLS",
    reason: 'the TLS handshake took longer than "50" ms',
    async stall(webSocket, options) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      const connecting = connect(webSocket, `wss://127.0.0.1:${port}`, options);
      const peer = new RawPeer(await listener.accept(), false);
      await peer.read(1);
      return { connecting, left: untilLeft(peer) };
    },
  },
  {
    name: "the decision about the certificate",
    reason: 'no handler has decided about the certificate within "50" ms',
    async stall(webSocket, options) {
      const { root } = await goodIdentities();
      const listener = await listenSecurely();
      const left = nextError(listener);
      left.then(() => listener.close());
      webSocket.control.trustedRootCertificates = [root];
      const reached = new Promise<void>((resolve) => {
        webSocket.onservercustomvalidationrequested = (event) => {
          event.getDeferral();
          resolve();
        };
      });
      const connecting = connect(webSocket, urlOf(listener), options);
      await reached;
      return { connecting, left };
    },
  },
  {
    name: "the answer of the proxy",
    reason: 'the proxy has not answered within "50" ms',
    async stall(webSocket, options) {
      using server = new RawServer();
      webSocket.control.proxy = `http://127.0.0.1:${server.port}`;
      const connecting = connect(webSocket, "ws://a.example", options);
      return { connecting, left: untilLeft(await server.next()) };
    },
  },
  {
    name: "the answer of the server",
    reason: 'the server has not answered within "50" ms',
    async stall(webSocket, options) {
      using server = new RawServer();
      const connecting = connect(webSocket, server.url, options);
      return { connecting, left: untilLeft(await server.next()) };
    },
  },
  {
    name: "a request that the server does not read",
    reason: 'the server has not answered within "50" ms',
    async stall(webSocket, options) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      webSocket.setRequestHeader("X-Huge", HUGE_VALUE);
      const connecting = connect(webSocket, `ws://127.0.0.1:${port}`, options);
      const peer = new RawPeer(await listener.accept(), false);
      // It reads once the client has given up.
      const left = connecting.then(() => untilLeft(peer));
      return { connecting, left };
    },
  },
];

function connect(
  webSocket: MessageWebSocket,
  url: string,
  options: WebSocketConnectOptions | undefined,
): Promise<unknown> {
  return outcome(webSocket.connectAsync(url, options));
}

async function untilLeft(peer: RawPeer): Promise<RawEnd> {
  using _ = peer;
  return await peer.readEnd();
}
