/**
 * What the WebSocket classes cost over the runtime's own TCP and WebSocket, in the
 * same run: the round trip of a small message, many small messages, and one large
 * message.
 *
 * @module
 */
import {
  InputStreamOptions,
  MessageWebSocket,
  StreamWebSocket,
} from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const COUNT = 1000;
const BULK = 16 * 1024 * 1024;

const ports = {
  plain: await startPeer("echo"),
  echo: await startPeer("ws-echo"),
  sink: await startPeer("ws-sink"),
  listener: await startPeer("ws-listener"),
};

function urlOf(port: number): string {
  return `ws://${HOST}:${port}/`;
}

async function openStandard(port: number): Promise<WebSocket> {
  const webSocket = new WebSocket(urlOf(port));
  webSocket.binaryType = "arraybuffer";
  await new Promise((resolve) => webSocket.onopen = resolve);
  return webSocket;
}

/** Opens one of this library; gives what sends a message and awaits the reply. */
async function openTrip(
  port: number,
): Promise<(message: Uint8Array) => Promise<void>> {
  const webSocket = new MessageWebSocket();
  let onMessage = (): void => {};
  webSocket.onmessagereceived = (message) => {
    message.getDataReader();
    onMessage();
  };
  await webSocket.connectAsync(urlOf(port));
  return (message) => {
    webSocket.outputStream.writeAsync(message);
    return new Promise((resolve) => onMessage = resolve);
  };
}

{
  const group = "round trip of 64 bytes";
  const message = new Uint8Array(64);
  const reply = new Uint8Array(64);
  const conn = await Deno.connect({ hostname: HOST, port: ports.plain });
  conn.setNoDelay(true);
  const standard = await openStandard(ports.echo);
  const trip = await openTrip(ports.echo);
  const tripToListener = await openTrip(ports.listener);

  Deno.bench("Deno.Conn", { group, baseline: true }, async () => {
    await conn.write(message);
    for (let count = 0; count < 64;) {
      count += await conn.read(reply) ?? 64;
    }
  });
  Deno.bench("WebSocket", { group }, async () => {
    const replied = new Promise((resolve) => standard.onmessage = resolve);
    standard.send(message);
    await replied;
  });
  Deno.bench("MessageWebSocket", { group }, async () => {
    await trip(message);
  });
  Deno.bench(
    "MessageWebSocket, to a WebSocketListener",
    { group },
    async () => {
      await tripToListener(message);
    },
  );
}

{
  const group = `${COUNT} messages of 64 bytes`;
  const message = new Uint8Array(64);
  const standard = await openStandard(ports.sink);
  const webSocket = new MessageWebSocket();
  await webSocket.connectAsync(urlOf(ports.sink));
  const { outputStream } = webSocket;

  Deno.bench("WebSocket", { group, baseline: true }, async () => {
    for (let i = 0; i < COUNT; i++) standard.send(message);
    while (standard.bufferedAmount > 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  Deno.bench("writeAsync, flushAsync", { group }, async () => {
    for (let i = 0; i < COUNT; i++) outputStream.writeAsync(message);
    await outputStream.flushAsync();
  });
}

{
  const group = `a message of ${BULK / 1024 / 1024} MiB, there and back`;
  const message = new Uint8Array(BULK);
  const buffer = new Uint8Array(64 * 1024);
  const standard = await openStandard(ports.listener);
  const webSocket = new StreamWebSocket();
  await webSocket.connectAsync(urlOf(ports.listener));
  const { inputStream, outputStream } = webSocket;

  Deno.bench("WebSocket", { group, baseline: true }, async () => {
    const replied = new Promise((resolve) => standard.onmessage = resolve);
    standard.send(message);
    await replied;
  });
  Deno.bench("StreamWebSocket", { group }, async () => {
    outputStream.writeAsync(message);
    for (let rest = BULK; rest > 0;) {
      const { partial } = InputStreamOptions;
      const { length } = buffer;
      rest -= (await inputStream.readAsync(buffer, length, partial)).length;
    }
  });
}
