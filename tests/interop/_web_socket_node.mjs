/**
 * `ws` on Node, as one side of WebSockets. It reads its options as JSON from its
 * standard input: the `module` to import, and what else is named below.
 *
 * - `node _web_socket_node.mjs server` is the echo server that `EchoServer` of
 *   `_web_socket_peers.ts` describes.
 * - `node _web_socket_node.mjs client` has the conversation with the server at
 *   `url` that `Report` there describes.
 * - `node _web_socket_node.mjs stream` sends `size` random bytes to the server at
 *   `url` by a stream, until as many are back, and prints the hashes of both.
 */
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { on, once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import process from "node:process";
import { json } from "node:stream/consumers";

const options = await json(process.stdin);
const { createWebSocketStream, WebSocket, WebSocketServer } = await import(
  options.module
);

function print(line) {
  process.stdout.write(`${line}\n`);
}

function basic(credentials) {
  return `Basic ${Buffer.from(credentials.join(":")).toString("base64")}`;
}

function hash(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function serve({ tls, credentials, deflate: perMessageDeflate = false }) {
  const server = tls === undefined
    ? createHttpServer()
    : createHttpsServer(tls);
  const webSockets = new WebSocketServer({
    server,
    perMessageDeflate,
    handleProtocols: (protocols) => protocols.has("chat") && "chat",
    verifyClient: ({ req }, decide) =>
      decide(
        credentials === undefined ||
          req.headers.authorization === basic(credentials),
        401,
        "Who are you?",
        { "WWW-Authenticate": 'Basic realm="tests"' },
      ),
  });
  let extensions = "";
  webSockets.on("headers", (headers) => {
    const name = "Sec-WebSocket-Extensions: ";
    const header = headers.find((header) => header.startsWith(name));
    extensions = header?.slice(name.length) ?? "";
  });
  webSockets.on("connection", (webSocket, request) => {
    const answer = answers(webSocket, request, extensions);
    webSocket.on("message", answer);
    webSocket.on("close", (code, reason) => print(`closed ${code} ${reason}`));
  });
  server.listen(0, "127.0.0.1", () => print(`port ${server.address().port}`));
}

function answers(webSocket, { headers, socket }, extensions) {
  const commands = {
    close: (code, ...words) => webSocket.close(Number(code), words.join(" ")),
    fragments: () => sendFragments(webSocket),
    ping: () => {
      webSocket.once("pong", (payload) => webSocket.send(`pong ${payload}`));
      webSocket.ping("are you there");
    },
    request: () =>
      webSocket.send(JSON.stringify({
        protocol: webSocket.protocol,
        extensions,
        cookie: headers.cookie,
        certificate: socket.getPeerCertificate?.().subject?.CN,
        bytesRead: socket.bytesRead,
        bytesWritten: socket.bytesWritten,
      })),
  };
  return (data, isBinary) => {
    const [name, ...args] = isBinary ? [] : data.toString().split(" ");
    if (Object.hasOwn(commands, name)) commands[name](...args);
    else webSocket.send(data, { binary: isBinary });
  };
}

function sendFragments(webSocket) {
  webSocket.send("one, ", { fin: false });
  webSocket.send("two, ", { fin: false });
  webSocket.send("three", { fin: true });
}

function open({ url, protocols, headers, deflate = false, tls }) {
  return new WebSocket(url, protocols, {
    headers,
    perMessageDeflate: deflate,
    ...tls,
  });
}

async function talk({ messages: texts, close, ...options }) {
  const webSocket = open(options);
  let response;
  webSocket.once("upgrade", (message) => response = message);
  const messages = on(webSocket, "message");
  await once(webSocket, "open");
  const receive = async () => {
    const { value: [data, isBinary] } = await messages.next();
    return isBinary ? data : data.toString();
  };
  const ask = (data) => {
    webSocket.send(data);
    return receive();
  };

  const report = {
    protocol: webSocket.protocol,
    extensions: response.headers["sec-websocket-extensions"] ?? "",
    header: response.headers["x-header"] ?? "",
    echoes: [],
  };
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const reply = await ask(bytes);
    report.echoes.push(await ask(text) === text && bytes.equals(reply));
  }
  sendFragments(webSocket);
  report.joined = await receive();
  report.fragments = await ask("fragments");
  webSocket.ping("are you there");
  report.pong = (await once(webSocket, "pong")).toString();
  report.pinged = await ask("ping");
  if (options.deflate !== undefined) {
    report.bytesRead = response.socket.bytesRead;
    report.bytesWritten = response.socket.bytesWritten;
  }
  const closed = once(webSocket, "close");
  if (close === undefined) webSocket.send("close 4002 you go");
  else webSocket.close(...close);
  report.closed = (await closed).join(" ");
  print(JSON.stringify(report));
}

async function stream({ size, ...options }) {
  const webSocket = open(options);
  const duplex = createWebSocketStream(webSocket);
  const bytes = randomBytes(size);
  duplex.write(bytes);
  const chunks = [];
  let count = 0;
  duplex.on("data", (chunk) => {
    chunks.push(chunk);
    count += chunk.length;
    if (count >= size) duplex.end();
  });
  await once(duplex, "end");
  const received = hash(Buffer.concat(chunks));
  print(JSON.stringify({ sent: hash(bytes), received }));
}

try {
  await { server: serve, client: talk, stream }[process.argv[2]](options);
} catch (error) {
  print(JSON.stringify({ error: error.message }));
}
