/** What a sender is asked for. */
export interface Command {
  /** How to send. */
  readonly way: string;
  /** The length of a packet. */
  readonly size: number;
  /** How many packets are sent before they are awaited. */
  readonly batch: number;
  /** How long to measure. */
  readonly milliseconds: number;
  /** Where the other side listens. */
  readonly port: number;
}

/** What a sender answers. */
export interface Answer {
  /** Packets, or the median of the round trips in microseconds. */
  readonly first: number;
  /** Seconds, or the 99th percentile of the round trips in microseconds. */
  readonly second: number;
  /** How many bytes were sent. */
  readonly sent: number;
  /** How many bytes the other side says it got. */
  readonly received: number;
}

/** Runs one command after the other, until the input ends. */
export function serveCommands(
  input: AsyncIterable<string>,
  run: (command: Command) => Promise<Answer>,
): Promise<void>;

/**
 * The packets of a batch: each has its own memory, as in a program that gets
 * them from elsewhere.
 */
export function createPackets(command: Command): Uint8Array<ArrayBuffer>[];

/** Gives packets out as a stream of the web. */
export function streamPackets(
  packets: readonly Uint8Array<ArrayBuffer>[],
): ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Sends batches for as long as the command says, after a third of that time to
 * warm up.
 *
 * @param sendBatch Resolves when the system has taken all packets.
 * @param finish Ends the sending direction, and resolves with what the other
 * side says then.
 */
export function measureBatches(
  command: Command,
  sendBatch: () => Promise<unknown>,
  finish: () => Promise<string>,
): Promise<Answer>;

/**
 * The same for datagrams, whose other side drops what it has no room for: what
 * counts is that they have left.
 *
 * @param sendBatch Resolves when the system has taken all packets.
 */
export function measureDatagrams(
  command: Command,
  sendBatch: () => Promise<unknown>,
): Promise<Answer>;

/**
 * Receives datagrams for as long as the command says, after a third of that
 * time to warm up. No more are on their way than a batch, so that none is lost.
 *
 * @param ask Sends a request for half a batch.
 * @param next Resolves when so many more have arrived.
 */
export function measureArrivals(
  command: Command,
  ask: (request: Uint8Array) => Promise<unknown>,
  next: (count: number) => Promise<unknown>,
): Promise<Answer>;

/** Counts what arrives by events. */
export class Arrivals {
  /** One has arrived. */
  add(): void;
  /** Resolves when so many more have arrived. */
  next(count: number): Promise<void>;
}

/**
 * Makes round trips for as long as the command says, after a third of that
 * time to warm up.
 *
 * @param makeTrip Sends a message, and resolves when it is back.
 */
export function measureTrips(
  command: Command,
  makeTrip: () => Promise<unknown>,
): Promise<Answer>;

/**
 * The nearest rank: the smallest sample that `share` of them do not exceed; NaN
 * if there are none.
 */
export function percentile(sorted: Float64Array, share: number): number;
