import { DatagramSocket } from "../../../mod.ts";
import type { DatagramSocketMessageReceivedEventArgs } from "../../../mod.ts";

/** What most tests may do. */
export const LOOPBACK: Deno.PermissionOptionsObject = {
  ffi: "inherit",
  net: ["127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]"],
  sys: ["networkInterfaces"],
};

/** Two sockets on loopback, one of them connected to the other. */
export class Pair implements AsyncDisposable {
  readonly receiver: DatagramSocket = new DatagramSocket();
  readonly sender: DatagramSocket = new DatagramSocket();

  static async open(hostname: string = "127.0.0.1"): Promise<Pair> {
    const pair = new Pair();
    const { receiver, sender } = pair;
    await receiver.bindEndpointAsync(hostname, "");
    await sender.connectAsync(hostname, receiver.information.localPort);
    return pair;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sender[Symbol.asyncDispose]();
    await this.receiver[Symbol.asyncDispose]();
  }
}

/** Takes as many messages as told, by iteration. */
export async function take(
  socket: DatagramSocket,
  count: number,
): Promise<DatagramSocketMessageReceivedEventArgs[]> {
  const messages: DatagramSocketMessageReceivedEventArgs[] = [];
  if (count === 0) return messages;
  for await (const message of socket) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

/** The bytes of a message. */
export function bytesOf(
  message: DatagramSocketMessageReceivedEventArgs | undefined,
): Uint8Array | undefined {
  return message?.getDataReader().detachBuffer();
}
