// deno-lint-ignore-file no-console -- it prints for its user
import { TextLineStream } from "@std/streams";
import { StreamSocket } from "@winrt/sockets";
import { listen } from "./server.ts";

/** Runs a server and a client in this process and shows both sides. */
export async function runBoth(): Promise<void> {
  using listener = await listen("localhost", "", "server: ");

  await using socket = new StreamSocket();
  await socket.connectAsync("localhost", listener.information.localPort);
  const request = "Hello, World!";
  console.log(`client: sends "${request}"`);
  await socket.outputStream.writeAsync(
    new TextEncoder().encode(`${request}\n`),
  );
  await socket.outputStream.close();

  const replies = socket.inputStream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const reply of replies) console.log(`client: got "${reply}"`);
}
