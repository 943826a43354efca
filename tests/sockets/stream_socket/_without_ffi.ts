// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * What a program sees that has the `net` permission alone.
 *
 * @module
 */
import {
  InvalidOperationError,
  SocketError,
  SocketQualityOfService,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";

function refusal(set: () => void): void {
  try {
    set();
    console.log("set");
  } catch (error) {
    if (!(error instanceof InvalidOperationError)) throw error;
    console.log(error.hresult >>> 0, error.message);
  }
}

const listener = new StreamSocketListener();
const client = new StreamSocket();
for (const { control } of [client, listener]) {
  refusal(() => control.outboundUnicastHopLimit = 5);
  refusal(() => control.qualityOfService = SocketQualityOfService.lowLatency);
  refusal(() => control.outboundBufferSizeInBytes = 65536);
  refusal(() => control.keepAliveTime = 100);
  refusal(() => control.keepAliveInterval = 100);
  refusal(() => control.keepAliveCount = 100);
  refusal(() => control.userTimeout = 100);
  refusal(() => control.unsentLowWaterMark = 100);
  refusal(() => control.qualityOfService = SocketQualityOfService.normal);
}

await listener.bindEndpointAsync("127.0.0.1", "");
await client.connectAsync("127.0.0.1", listener.information.localPort);
const { bandwidthStatistics, roundTripTimeStatistics } = client.information;
console.log(
  "statistics:",
  ...Object.values(roundTripTimeStatistics),
  ...Object.values(bandwidthStatistics),
);
for await (const { socket } of listener) {
  // With unread data the end is a FIN, and an RST when the peer sends more.
  await client.outputStream.writeAsync(new Uint8Array(10));
  await socket.inputStream.readAsync(new Uint8Array(1));
  await socket[Symbol.asyncDispose]();
  break;
}
const rest = await client.inputStream.readAsync(new Uint8Array(1));
console.log("end:", rest.length);
try {
  for (;;) await client.outputStream.writeAsync(new Uint8Array(1));
} catch (error) {
  console.log("write:", error instanceof SocketError);
}
client.close();
listener.close();
