/**
 * What a socket that may be transferred costs over one that may not, and how
 * long it takes to give it to the broker and to take it back.
 *
 * @module
 */
import {
  SocketActivityInformation,
  SocketBroker,
  StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const port = await startPeer("echo");

async function openSocket(isTransferable: boolean): Promise<StreamSocket> {
  const socket = new StreamSocket();
  if (isTransferable) socket.enableTransferOwnership(null);
  await socket.connectAsync(HOST, port);
  return socket;
}

{
  const group = "round trip of 64 bytes";
  const message = new Uint8Array(64).fill(1);
  const reply = new Uint8Array(64);
  const conn = await Deno.connect({ hostname: HOST, port });
  conn.setNoDelay(true);
  const plain = await openSocket(false);
  const transferable = await openSocket(true);

  Deno.bench("Deno.Conn", { group, baseline: true }, async () => {
    await conn.write(message);
    for (let count = 0; count < 64;) count += await conn.read(reply) ?? 64;
  });
  Deno.bench("StreamSocket", { group }, async () => {
    plain.outputStream.writeAsync(message);
    await plain.inputStream.readAsync(reply);
  });
  Deno.bench("StreamSocket, enableTransferOwnership", { group }, async () => {
    transferable.outputStream.writeAsync(message);
    await transferable.inputStream.readAsync(reply);
  });
}

{
  const group = "give to the broker, and take back";
  SocketBroker.stateDirectory = `/tmp/broker-${crypto.randomUUID()}`;
  await SocketBroker.startAsync();
  let listener = new StreamSocketListener();
  listener.enableTransferOwnership(null);
  await listener.bindEndpointAsync(HOST, "");

  Deno.bench("StreamSocketListener", { group }, () => {
    listener.transferOwnership("listener");
    const held = SocketActivityInformation.allSockets.get("listener");
    if (held === undefined) throw new Error("The broker has lost it");
    listener = held.streamSocketListener;
  });
}
