import type {
  ClientOptions,
  EchoServer,
  Report,
  WebSocketPeer,
} from "./_web_socket_peers.ts";

/** What Deno itself has for WebSockets, which neither pings nor sends frames. */
export const DENO: WebSocketPeer = { name: "Deno", startServer, talk };

function startServer(): Promise<EchoServer> {
  const closed = Promise.withResolvers<string>();
  const address = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(address, (request) => {
    const { headers } = request;
    const cookie = headers.get("Cookie");
    const asked = headers.get("Sec-WebSocket-Protocol")?.split(", ") ?? [];
    const protocol = asked.find((protocol) => protocol === "chat") ?? "";
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
    // The socket itself does not tell the protocol.
    const report = { protocol, extensions: socket.extensions, cookie };
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => answer(socket, data, report);
    socket.onclose = ({ code, reason }) => closed.resolve(`${code} ${reason}`);
    return response;
  });
  const port = `${server.addr.port}`;
  return Promise.resolve({
    port,
    url: `ws://127.0.0.1:${port}/`,
    closed: () => closed.promise,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

function answer(
  socket: WebSocket,
  data: string | ArrayBuffer,
  report: object,
): void {
  const [name, ...words] = typeof data === "string" ? data.split(" ") : [];
  switch (name) {
    case "close":
      socket.close(Number(words[0]), words.slice(1).join(" "));
      break;
    case "request":
      socket.send(JSON.stringify(report));
      break;
    default:
      socket.send(data);
  }
}

async function talk(
  { url, messages, protocols = [], headers = {}, close }: ClientOptions,
): Promise<Partial<Report>> {
  const socket = new WebSocket(url, { protocols: [...protocols], headers });
  socket.binaryType = "arraybuffer";
  const closed = new Promise<string>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
  });
  const error = await untilOpen(socket);
  if (error !== null) return { error };

  const { protocol, extensions } = socket;
  const echoes: boolean[] = [];
  for (const text of messages) {
    const bytes = await ask(socket, new TextEncoder().encode(text));
    const isBack = typeof bytes !== "string" &&
      new TextDecoder().decode(bytes) === text;
    echoes.push(isBack && await ask(socket, text) === text);
  }
  const fragments = `${await ask(socket, "fragments")}`;
  const pinged = `${await ask(socket, "ping")}`;
  if (close === undefined) socket.send("close 4002 you go");
  else socket.close(...close);
  return {
    protocol,
    extensions,
    echoes,
    fragments,
    pinged,
    closed: await closed,
  };
}

/** Resolves when a WebSocket is open, or with the reason why it is not. */
function untilOpen(socket: WebSocket): Promise<string | null> {
  return new Promise((resolve) => {
    socket.onopen = () => resolve(null);
    socket.onerror = (event) =>
      resolve(event instanceof ErrorEvent ? event.message : event.type);
  });
}

/** Sends a message, and resolves with the next one. */
async function ask(
  socket: WebSocket,
  data: string | Uint8Array<ArrayBuffer>,
): Promise<string | ArrayBuffer> {
  const reply = new Promise<string | ArrayBuffer>((resolve) => {
    socket.onmessage = ({ data }) => resolve(data);
  });
  socket.send(data);
  return await reply;
}
