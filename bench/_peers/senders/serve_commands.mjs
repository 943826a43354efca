// @ts-check
// deno-lint-ignore-file no-console -- the answers go to the standard output
/**
 * What the senders in JavaScript share, so that each is measured the same way.
 * It runs in Deno, Node and Bun, and uses what they have in common.
 *
 * A command is a line `<way> <size> <batch> <milliseconds> <port>`. The answer
 * is `error <reason>`, or `ok <first> <second> <sent> <received>`; see
 * `Command` and `Answer` in the declarations.
 *
 * @module
 */

/** @import * as types from "./serve_commands.d.mts" */

/** The clock is read once in so many packets, as it takes time itself. */
const PACKETS_PER_LOOK = 100;

/** @type {typeof types.serveCommands} */
export async function serveCommands(input, run) {
  let rest = "";
  for await (const text of input) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) console.log(await answer(line, run));
  }
}

/**
 * @param {string} line
 * @param {Parameters<typeof serveCommands>[1]} run
 * @returns {Promise<string>}
 */
async function answer(line, run) {
  const [way = "", ...numbers] = line.split(" ");
  const [size = NaN, batch = NaN, milliseconds = NaN, port = NaN] = numbers
    .map(Number);
  try {
    const { first, second, sent, received } = await run(
      { way, size, batch, milliseconds, port },
    );
    return `ok ${first} ${second} ${sent} ${received}`;
  } catch (error) {
    return `error ${String(error).replaceAll("\n", " ")}`;
  }
}

/** @type {typeof types.createPackets} */
export function createPackets({ size, batch }) {
  return Array.from(
    { length: batch },
    (_, index) => new Uint8Array(size).fill(index),
  );
}

/** @type {typeof types.streamPackets} */
export function streamPackets(packets) {
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      const packet = packets[index++];
      if (packet === undefined) controller.close();
      else controller.enqueue(packet);
    },
  });
}

/** @type {typeof types.measureBatches} */
export async function measureBatches(command, sendBatch, finish) {
  const { size, milliseconds } = command;
  const warm = await runBatches(command, milliseconds / 3, sendBatch);
  const { packets, seconds } = await runBatches(
    command,
    milliseconds,
    sendBatch,
  );
  const sent = (warm.packets + packets) * size;
  const received = Number(await finish());
  return { first: packets, second: seconds, sent, received };
}

/**
 * @param {Parameters<typeof measureBatches>[0]} command
 * @param {number} limit
 * @param {() => Promise<unknown>} sendBatch
 * @returns {Promise<{ packets: number, seconds: number }>}
 */
async function runBatches({ batch }, limit, sendBatch) {
  const repeats = Math.ceil(PACKETS_PER_LOOK / batch);
  const start = performance.now();
  let packets = 0;
  let elapsed;
  do {
    for (let index = 0; index < repeats; index++) await sendBatch();
    packets += repeats * batch;
    elapsed = performance.now() - start;
  } while (elapsed < limit);
  return { packets, seconds: elapsed / 1e3 };
}

/** @type {typeof types.measureDatagrams} */
export async function measureDatagrams(command, sendBatch) {
  const { size, milliseconds } = command;
  await runBatches(command, milliseconds / 3, sendBatch);
  const { packets, seconds } = await runBatches(
    command,
    milliseconds,
    sendBatch,
  );
  // What the other side drops is not the sender's.
  const bytes = packets * size;
  return { first: packets, second: seconds, sent: bytes, received: bytes };
}

/** @type {typeof types.measureArrivals} */
export async function measureArrivals(command, ask, next) {
  const { size, batch, milliseconds } = command;
  const half = batch / 2;
  const request = new TextEncoder().encode(`${size} ${half}`);
  // Two halves are on their way, so that one arrives while one is asked for.
  await ask(request);
  await ask(request);
  async function takeHalf() {
    await next(half);
    await ask(request);
  }
  const halves = { ...command, batch: half };
  const warm = await runBatches(halves, milliseconds / 3, takeHalf);
  const { packets, seconds } = await runBatches(halves, milliseconds, takeHalf);
  await next(batch);
  const bytes = (warm.packets + packets) * size;
  return { first: packets, second: seconds, sent: bytes, received: bytes };
}

/** @type {typeof types.Arrivals} */
export const Arrivals = class {
  #count = 0;
  #wanted = Infinity;
  #resolve = () => {};

  add() {
    if (++this.#count < this.#wanted) return;
    this.#wanted = Infinity;
    this.#resolve();
  }

  /** @param {number} count */
  async next(count) {
    if (this.#count < count) {
      await new Promise((resolve) => {
        this.#wanted = count;
        this.#resolve = () => resolve(null);
      });
    }
    this.#count -= count;
  }
};

/** @type {typeof types.measureTrips} */
export async function measureTrips({ size, milliseconds }, makeTrip) {
  const warm = await runTrips(milliseconds / 3, makeTrip);
  const trips = await runTrips(milliseconds, makeTrip);
  const sorted = Float64Array.from(trips).sort();
  const bytes = (warm.length + trips.length) * size;
  return {
    first: percentile(sorted, 0.5),
    second: percentile(sorted, 0.99),
    sent: bytes,
    received: bytes,
  };
}

/**
 * @param {number} limit
 * @param {() => Promise<unknown>} makeTrip
 * @returns {Promise<number[]>}
 */
async function runTrips(limit, makeTrip) {
  const trips = [];
  const start = performance.now();
  let before = start;
  do {
    await makeTrip();
    const after = performance.now();
    trips.push((after - before) * 1e3);
    before = after;
  } while (before - start < limit);
  return trips;
}

/** @type {typeof types.percentile} */
export function percentile(sorted, share) {
  const index = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[index] ?? NaN;
}
