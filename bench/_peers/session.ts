/**
 * The processes of a run.
 *
 * @module
 */
import { formatCommand, parseAnswer } from "./answer.ts";
import type { Sample } from "./comparison.ts";
import {
  type Peers,
  toDatagramPeer,
  toPlainEcho,
  toReceiver,
  toSecureReceiver,
  toWebSocketPeer,
} from "./find_peers.ts";
import {
  type DatagramPeerMode,
  type Row,
  type Scenario,
  type Selection,
  SENDER_NAMES,
  type SenderName,
} from "./scenarios.ts";
import { type Command, Worker } from "./worker.ts";

/** A process has so long to start, and to end a measurement. */
const PATIENCE = 20_000;

/** What the other side of WebSockets does. */
const WEB_SOCKET_MODES = [
  ["messages", "sink"],
  ["message-trip", "echo"],
] as const;

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
  #securePort = 0;
  readonly #webSocketPorts: Map<Scenario["kind"], number> = new Map();
  #plainEchoPort = 0;
  readonly #datagramPorts: Map<DatagramPeerMode, number> = new Map();

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
    this.#securePort = await this.#startPeer("sink of TLS", toSecureReceiver());
    await this.#startWebSocketPeers(selections);
    const modes = selections.map(({ scenario }) => scenario.datagramPeer);
    for (const mode of new Set(modes)) {
      if (mode === undefined) continue;
      const port = await this.#startPeer(mode, toDatagramPeer(mode));
      this.#datagramPorts.set(mode, port);
    }
  }

  /** Measures a row once. */
  async measure(scenario: Scenario, row: Row): Promise<Sample> {
    const { milliseconds, signal } = this.#options;
    const sender = this.#senders.get(row.sender);
    if (sender === undefined) {
      throw new Error(`Cannot measure "${row.sender}": it was not started`);
    }
    const port = this.#portFor(scenario, row);
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

  #portFor({ kind, datagramPeer }: Scenario, { way }: Row): number {
    if (way.startsWith("ws-")) return this.#webSocketPorts.get(kind) ?? NaN;
    if (datagramPeer !== undefined) {
      return this.#datagramPorts.get(datagramPeer) ?? NaN;
    }
    if (kind === "secure") return this.#securePort;
    if (kind === "message-trip") return this.#plainEchoPort;
    return kind === "trip" ? this.#echoPort : this.#sinkPort;
  }

  async #startWebSocketPeers(selections: readonly Selection[]): Promise<void> {
    const kinds = new Set(selections.map(({ scenario }) => scenario.kind));
    for (const [kind, mode] of WEB_SOCKET_MODES) {
      if (!kinds.has(kind)) continue;
      const name = `${mode} of WebSockets`;
      const port = await this.#startPeer(name, toWebSocketPeer(mode));
      this.#webSocketPorts.set(kind, port);
    }
    if (!kinds.has("message-trip")) return;
    this.#plainEchoPort = await this.#startPeer("plain echo", toPlainEcho());
  }

  #startReceiver(peers: Peers, mode: "sink" | "echo"): Promise<number> {
    return this.#startPeer(mode, toReceiver(peers, mode));
  }

  /** Starts a process that prints its port. */
  async #startPeer(name: string, command: Command): Promise<number> {
    const { signal } = this.#options;
    const peer = this.#workers.use(new Worker(name, command));
    return Number(await peer.readLine({ milliseconds: PATIENCE, signal }));
  }
}
