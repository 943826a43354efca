// deno-lint-ignore-file no-console -- it prints for its user
import { parseArgs } from "@std/cli";
import { ArgumentError, type OutputStream, StreamSocket } from "@winrt/sockets";
import { describeFailure } from "../echo/failure.ts";

const COUNT = 1000;
const SIZE = 64;

/** One of the ways to send packets. */
export type Send = (
  outputStream: OutputStream,
  packets: readonly Uint8Array[],
) => Promise<void>;

/** Connects to the host and port of the command line, and sends packets. */
export async function run(send: Send): Promise<void> {
  try {
    const { host, port } = parseArgs(Deno.args, {
      string: ["host", "port"],
      default: { host: "localhost", port: "1337" },
      unknown: (arg) => {
        throw new ArgumentError(
          `Unknown argument "${arg}": there are --host HOST and --port PORT`,
        );
      },
    });
    await using socket = new StreamSocket();
    await socket.connectAsync(String(host), String(port));

    const start = performance.now();
    await send(socket.outputStream, preparePackets());
    const time = performance.now() - start;
    console.log(
      `Sent ${COUNT} packets of ${SIZE} bytes in ${time.toFixed(1)} ms`,
    );
  } catch (error) {
    console.error(describeFailure(error));
    Deno.exitCode = 1;
  }
}

/** Packets that are filled with their number. */
function preparePackets(): readonly Uint8Array[] {
  return Array.from(
    { length: COUNT },
    (_, index) => new Uint8Array(SIZE).fill(index),
  );
}
