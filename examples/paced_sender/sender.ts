// deno-lint-ignore-file no-console -- it prints for its user
import { DatagramSocket } from "@winrt/sockets";
import { pace } from "./pace.ts";
import { PACKET_TIME, randomHeader, RtpPacketizer } from "./rtp.ts";

/** How much to send, and where to. */
export interface SendOptions {
  readonly host: string;
  readonly port: string;
  readonly calls: number;
  readonly seconds: number;
}

/** Sends calls to a receiver. */
export async function sendCalls(
  { host, port, calls, seconds }: SendOptions,
): Promise<void> {
  const packetizers = Array.from(
    { length: calls },
    () => new RtpPacketizer(randomHeader()),
  );
  const count = Math.ceil(seconds * 1000 / PACKET_TIME);
  await using socket = new DatagramSocket();
  await socket.connectAsync(host, port);
  const { outputStream } = socket;
  const latest = await pace({ interval: PACKET_TIME, count }, async () => {
    for (const packetizer of packetizers) {
      outputStream.writeAsync(packetizer.next());
    }
    await outputStream.flushAsync();
  });
  console.log(
    `Sent ${calls * count} packets of ${calls} calls, ${
      latest.toFixed(1)
    } ms late at most`,
  );
}
