// deno-lint-ignore-file no-console -- it prints for the test
/**
 * Opens short connections to an echo server until its standard input ends, and
 * prints how many went well, and all that went wrong.
 *
 * @module
 */
const [port = "0"] = Deno.args;
const RATE = 250;
const PERIOD = 4;
const options = { hostname: "127.0.0.1", port: Number(port) };
const failures: string[] = [];
const talking = new Set<Promise<void>>();
let good = 0;

const begin = performance.now();
let started = 0;
const timer = setInterval(() => {
  // A timer that comes late starts those that are missing.
  const due = RATE * (performance.now() - begin) / 1000;
  for (; started < due; started++) {
    const talk = echo().finally(() => talking.delete(talk));
    talking.add(talk);
  }
}, PERIOD);
console.log("Started");
await Deno.stdin.read(new Uint8Array(1));
clearInterval(timer);
await Promise.all(talking);
const seconds = (performance.now() - begin) / 1000;
console.log(JSON.stringify({ good, failures, perSecond: good / seconds }));

async function echo(): Promise<void> {
  try {
    using conn = await Deno.connect(options);
    const sent = crypto.getRandomValues(new Uint8Array(32));
    await conn.write(sent);
    await conn.closeWrite();
    const received: number[] = [];
    const buffer = new Uint8Array(64);
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      received.push(...buffer.subarray(0, count));
    }
    if (`${received}` === `${sent}`) good++;
    else failures.push(`${received.length} bytes came back, or others`);
  } catch (error) {
    failures.push(`${error}`);
  }
}
