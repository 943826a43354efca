// deno-lint-ignore-file no-console -- it prints for its user
import { DatagramSocket } from "@winrt/sockets";
import { startUdpServer } from "./udp_server.ts";

/** Runs a server and a client in this process and shows both sides. */
export async function runUdpBoth(): Promise<void> {
  await using server = await startUdpServer("localhost", "", "server: ");

  await using socket = new DatagramSocket();
  await socket.connectAsync("localhost", server.port);
  const request = "Hello, World!";
  console.log(`client: sends "${request}"`);
  await socket.outputStream.writeAsync(new TextEncoder().encode(request));

  for await (const message of socket) {
    const reader = message.getDataReader();
    const reply = reader.readString(reader.unconsumedBufferLength);
    console.log(`client: got "${reply}"`);
    break;
  }
}
