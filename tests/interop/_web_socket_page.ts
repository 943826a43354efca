import type { Server } from "./_peers.ts";

/**
 * A page that talks to the echo server whose URL is after the `?` of its own, and
 * tells what has come of it in the element `result`, as JSON. It closes the
 * WebSocket itself if its path is `/`, and else asks the server to do it.
 */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>WebSocketListener and a browser</title>
<style>
  body { font: 16px/1.5 sans-serif; margin: 2em; }
  li::marker { content: "✓  "; color: green; }
</style>
<h2>WebSocketListener and a browser</h2>
<ul id="log"></ul>
<output id="result" hidden></output>
<script>
  const log = (line) => {
    const item = document.createElement("li");
    item.textContent = line;
    document.querySelector("#log").append(item);
  };
  const bytes = new Uint8Array(1024 * 1024).map((_, i) => i * i >> 8);
  const webSocket = new WebSocket(location.search.slice(1), ["chat.v2", "chat"]);
  webSocket.binaryType = "arraybuffer";
  const ask = (data) => new Promise((resolve) => {
    webSocket.onmessage = (event) => resolve(event.data);
    webSocket.send(data);
  });
  const result = {};
  webSocket.onopen = async () => {
    const { protocol, extensions } = webSocket;
    Object.assign(result, { protocol, extensions });
    log("Connected, with the protocol " + protocol);
    result.text = await ask("Grüße, Ελλάδα");
    log("Text: " + result.text);
    const reply = new Uint8Array(await ask(bytes));
    result.binary = reply.length === bytes.length &&
      reply.every((byte, i) => byte === bytes[i]);
    log(reply.length + " bytes came back, the same: " + result.binary);
    result.fragments = await ask("fragments");
    log("Frames: " + result.fragments);
    result.ping = await ask("ping");
    log("Ping: " + result.ping);
    if (location.pathname === "/") webSocket.close(4001, "Tschüß");
    else webSocket.send("close 4002 you go");
  };
  webSocket.onclose = ({ code, reason, wasClean }) => {
    Object.assign(result, { code, reason, wasClean });
    log("Closed: " + code + " " + reason);
    document.querySelector("#result").textContent = JSON.stringify(result);
  };
</script>
`;

/** Starts a server of the page. */
export function startPageServer(): Server {
  const address = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(
    address,
    () => new Response(PAGE, { headers: { "Content-Type": "text/html" } }),
  );
  return {
    port: `${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
