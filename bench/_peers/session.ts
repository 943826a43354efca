/**
 * The processes of a run.
 *
 * @module
 */
import { formatCommand, parseAnswer } from "./answer.ts";
import type { Sample } from "./comparison.ts";
import { type Peers, toReceiver } from "./find_peers.ts";
import {
  type Row,
  type Scenario,
  type Selection,
  SENDER_NAMES,
  type SenderName,
} from "./scenarios.ts";
import { Worker } from "./worker.ts";

/** A process has so long to start, and to end a measurement. */
const PATIENCE = 20_000;

/** How a {@linkcode Session} measures. */
export interface SessionOptions {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** The senders and the other side, which live as long as the session. */
export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #workers: AsyncDisposableStack = new AsyncDisposableStack();
  readonly #senders: Map<SenderName, Worker> = new Map();
  #sinkPort = 0;
  #echoPort = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Starts what the selections need. */
  async start(peers: Peers, selections: readonly Selection[]): Promise<void> {
    const rows = selections.flatMap(({ rows }) => rows);
    const names = new Set(rows.map(({ sender }) => sender));
    for (const [name, command] of peers.found.flatMap((peer) => peer.senders)) {
      if (!names.has(name)) continue;
      const title = `sender of ${SENDER_NAMES[name]}`;
      this.#senders.set(name, this.#workers.use(new Worker(title, command)));
    }
    this.#sinkPort = await this.#startReceiver(peers, "sink");
    this.#echoPort = await this.#startReceiver(peers, "echo");
  }

  /** Measures a row once. */
  async measure(scenario: Scenario, row: Row): Promise<Sample> {
    const { milliseconds, signal } = this.#options;
    const sender = this.#senders.get(row.sender);
    if (sender === undefined) {
      throw new Error(`Cannot measure "${row.sender}": it was not started`);
    }
    const port = scenario.kind === "trip" ? this.#echoPort : this.#sinkPort;
    const command = formatCommand(scenario, row, { milliseconds, port });
    const answer = await sender.ask(command, {
      milliseconds: 2 * milliseconds + PATIENCE,
      signal,
    });
    return parseAnswer(answer, scenario);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers[Symbol.asyncDispose]();
  }

  async #startReceiver(peers: Peers, mode: "sink" | "echo"): Promise<number> {
    const { signal } = this.#options;
    const receiver = this.#workers.use(
      new Worker(mode, toReceiver(peers, mode)),
    );
    return Number(await receiver.readLine({ milliseconds: PATIENCE, signal }));
  }
}
