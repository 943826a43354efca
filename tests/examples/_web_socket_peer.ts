import { assert } from "@std/assert";

/** A server of the runtime, on a port of its own. */
export interface WebSocketPeer extends AsyncDisposable {
  readonly port: string;
  readonly url: string;
}

/** Starts a server that does something with each WebSocket when it is open. */
export function serveWebSockets(
  talk: (webSocket: WebSocket) => void,
): WebSocketPeer {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => talk(socket);
    return response;
  });
  const { addr } = server;
  assert(addr.transport === "tcp");
  return {
    port: `${addr.port}`,
    url: `ws://127.0.0.1:${addr.port}/`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
