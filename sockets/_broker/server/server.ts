import type { Libc } from "../../winsock/_libc.ts";
import { LINUX } from "../../winsock/_linux_constants.ts";
import { type Poller, Readiness } from "../../winsock/_poller.ts";
import { ProtocolFailure } from "../fields.ts";
import { parseRequest } from "../protocol.ts";
import { acceptUnix, peerUid } from "../unix_socket.ts";
import type { Broker, Outcome } from "./broker.ts";
import { Connection, ConnectionLost, type RawRequest } from "./connection.ts";
import type { Log } from "./log.ts";

const { EAGAIN } = LINUX;

/** After so many milliseconds accepting is tried again, such as without memory. */
const PAUSE = 1_000;

/** What a {@linkcode Server} works with. */
export interface ServerParts {
  readonly libc: Libc;
  readonly poller: Poller;
  readonly broker: Broker;
  readonly log: Log;
  /** A Unix socket that listens. */
  readonly listener: number;
}

/** Accepts programs, and does what they ask. */
export class Server {
  readonly #parts: ServerParts;
  #isClosed = false;
  #connections = 0;
  /** When the last program has gone. */
  #idleSince = performance.now();

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** For how many milliseconds nothing was there to be done. */
  get idleTime(): number {
    if (this.#connections > 0 || !this.#parts.broker.isIdle) {
      this.#idleSince = performance.now();
    }
    return performance.now() - this.#idleSince;
  }

  /** Accepts until it is closed. */
  async run(): Promise<void> {
    const { poller, listener, log } = this.#parts;
    while (!this.#isClosed) {
      const result = this.#acceptAll();
      if (result === -EAGAIN) {
        await poller.wait(listener, Readiness.readable);
      } else {
        log.line(`no program can be accepted: error ${-result}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  /** Accepts those that wait; returns the error number, negative. */
  #acceptAll(): number {
    const { libc, listener } = this.#parts;
    while (true) {
      const socket = acceptUnix(libc, listener);
      if (socket < 0) return socket;
      this.#serve(socket);
    }
  }

  /** Accepts nobody any more. */
  close(): void {
    const { libc, poller, listener } = this.#parts;
    this.#isClosed = true;
    poller.forget(listener);
    libc.call.close(listener);
  }

  async #serve(socket: number): Promise<void> {
    const { libc, poller, log } = this.#parts;
    const uid = peerUid(libc, socket);
    if (uid !== libc.call.getuid()) {
      log.line(`a program of the user ${uid} was refused`);
      libc.call.close(socket);
      return;
    }
    this.#connections++;
    const connection = new Connection(libc, poller, socket);
    try {
      await this.#talk(connection);
    } catch (error) {
      // The sockets of others are not to be lost for it.
      if (!(error instanceof ConnectionLost)) log.line(`failure: ${error}`);
    } finally {
      connection.close();
      this.#connections--;
      this.#idleSince = performance.now();
    }
  }

  async #talk(connection: Connection): Promise<void> {
    const { reply, descriptors, commit, rollBack } = this.#handle(
      await connection.readRequest(),
    );
    let isDone = false;
    try {
      await connection.sendReply(JSON.stringify(reply), descriptors);
      isDone = reply.ok && await connection.confirm();
    } finally {
      if (isDone) commit();
      else {
        // A program that was only slow has to know that it owns nothing new.
        if (reply.ok) connection.refuse();
        rollBack();
      }
    }
  }

  #handle({ text, descriptors, isCut }: RawRequest): Outcome {
    const { broker } = this.#parts;
    if (isCut) return broker.refuse("out-of-descriptors", descriptors);
    try {
      return broker.handle(parseRequest(text), descriptors);
    } catch (error) {
      if (!(error instanceof ProtocolFailure)) throw error;
      return broker.refuse("bad-request", descriptors);
    }
  }
}
