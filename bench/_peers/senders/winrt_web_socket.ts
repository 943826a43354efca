import {
  type DataReader,
  MessageWebSocket,
  SocketMessageType,
} from "@winrt/sockets";
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
} from "./serve_commands.mjs";

/** Runs a command whose way begins with `ws-`, with this library. */
export async function runWebSocket(command: Command): Promise<Answer> {
  await using webSocket = new MessageWebSocket();
  const { control } = webSocket;
  let onMessage: (reader: DataReader) => void = () => {};
  webSocket.onmessagereceived = (message) => onMessage(message.getDataReader());
  const nextMessage = (): Promise<DataReader> =>
    new Promise((resolve) => onMessage = resolve);
  await webSocket.connectAsync(`ws://127.0.0.1:${command.port}/`);
  const { outputStream } = webSocket;
  if (command.way === "ws-ping-pong") {
    const message = new Uint8Array(command.size);
    return await measureTrips(command, () => {
      const reply = nextMessage();
      outputStream.writeAsync(message);
      return reply;
    });
  }
  const packets = createPackets(command);
  function send(): Promise<unknown> {
    for (const packet of packets) outputStream.writeAsync(packet);
    return outputStream.flushAsync();
  }
  return await measureBatches(command, send, async () => {
    control.messageType = SocketMessageType.utf8;
    outputStream.writeAsync(new TextEncoder().encode("?"));
    const reader = await nextMessage();
    return reader.readString(reader.unconsumedBufferLength);
  });
}
