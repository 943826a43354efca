// deno-lint-ignore-file no-console -- it prints for its user
import { DatagramSocket } from "@winrt/sockets";
import { Reception } from "./reception.ts";
import { decodeHeader } from "./rtp.ts";

/** After a silence of so many milliseconds, the calls are over. */
const SILENCE = 1000;
const CHECK_INTERVAL = 100;

/** Receives calls until they are over, and tells how they were. */
export async function receiveCalls(port: string): Promise<void> {
  using socket = new DatagramSocket();
  await socket.bindServiceNameAsync(port);
  console.log(`Listening on port ${socket.information.localPort}`);

  const calls = new Map<number, Reception>();
  let last = Infinity;
  const timer = setInterval(() => {
    // Closing ends the loop.
    if (performance.now() - last >= SILENCE) socket.close();
  }, CHECK_INTERVAL);
  try {
    for await (const message of socket) {
      last = performance.now();
      const header = decodeHeader(message.getDataReader().detachBuffer());
      if (header === null) continue;
      const call = calls.get(header.source) ?? new Reception(header);
      calls.set(header.source, call);
      call.add(header, last);
    }
  } finally {
    clearInterval(timer);
  }
  for (const [source, call] of calls) printReport(source, call);
}

function printReport(source: number, call: Reception): void {
  const name = source.toString(16).padStart(8, "0");
  const { received, lost, reordered, jitter } = call.report();
  const percent = (100 * lost / (received + lost)).toFixed(1);
  console.log(
    `${name}: ${received} received, ${lost} lost (${percent} %), ${reordered} reordered, jitter ${
      jitter.toFixed(2)
    } ms`,
  );
}
