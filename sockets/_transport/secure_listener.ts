import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { ListenerTransport } from "./listener_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** So many handshakes go on at once; further connections wait in the system. */
const MAX_HANDSHAKES = 128;
/**
 * How long a handshake may take while others wait, in milliseconds. Otherwise
 * that many clients that say nothing would keep all others out.
 */
const PATIENCE = 2_000;

/** A handshake that goes on. */
interface Handshake {
  readonly under: StreamTransport;
  readonly abort: AbortController;
  /** When it began, as `performance.now()` tells it. */
  readonly start: number;
}

/** What a {@linkcode SecureListenerTransport} does with connections. */
export interface SecureListenerOptions {
  /** Sets the options of a connection. */
  readonly prepare: (under: StreamTransport) => void;
  /** Makes a connection secure, or closes it. */
  readonly secure: (
    under: StreamTransport,
    signal: AbortSignal,
  ) => Promise<StreamTransport>;
  /** Told of each connection that did not become secure. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Accepts connections and makes them secure. Each handshake is on its own, so
 * that none that is slow or bad keeps the others waiting.
 */
export class SecureListenerTransport implements ListenerTransport {
  readonly #listener: ListenerTransport;
  readonly #options: SecureListenerOptions;
  readonly #closing = new AbortController();
  /** Secure connections that nobody has asked for yet. */
  readonly #ready: StreamTransport[] = [];
  #waiter: PromiseWithResolvers<StreamTransport> | null = null;
  #isAccepting = false;
  /** The oldest one comes first. */
  readonly #handshakes = new Set<Handshake>();
  /** Resolves when one of them has ended. */
  #room: PromiseWithResolvers<void> | null = null;

  constructor(listener: ListenerTransport, options: SecureListenerOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  get localAddress(): TransportAddress {
    return this.#listener.localAddress;
  }

  accept(): Promise<StreamTransport> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    this.#waiter = Promise.withResolvers();
    this.#run();
    return this.#waiter.promise;
  }

  close(): void {
    this.#closing.abort(aborted());
    for (const { abort } of this.#handshakes) abort.abort(aborted());
    this.#room?.resolve();
    this.#listener.close();
    for (const transport of this.#ready.splice(0)) transport.reset();
    this.#fail(aborted());
  }

  /** Accepts while somebody waits. */
  async #run(): Promise<void> {
    if (this.#isAccepting) return;
    this.#isAccepting = true;
    try {
      while (this.#waiter !== null) {
        const under = await this.#listener.accept();
        if (this.#handshakes.size >= MAX_HANDSHAKES) await this.#makeRoom();
        this.#secure(under);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAccepting = false;
    }
  }

  /** Waits until a handshake has ended; one that has had its time is ended. */
  async #makeRoom(): Promise<void> {
    const [oldest] = this.#handshakes;
    if (oldest === undefined || this.#closing.signal.aborted) return;
    const { under, abort, start } = oldest;
    this.#room = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      abort.abort(gaveWay(under));
      this.#end(oldest);
    }, Math.max(0, start + PATIENCE - performance.now()));
    await this.#room.promise;
    clearTimeout(timer);
    this.#room = null;
  }

  async #secure(under: StreamTransport): Promise<void> {
    const abort = new AbortController();
    const handshake = { under, abort, start: performance.now() };
    this.#handshakes.add(handshake);
    try {
      this.#prepare(under);
      this.#give(await this.#options.secure(under, abort.signal));
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onFailure(error);
    } finally {
      this.#end(handshake);
    }
  }

  #end(handshake: Handshake): void {
    this.#handshakes.delete(handshake);
    this.#room?.resolve();
  }

  #prepare(under: StreamTransport): void {
    try {
      this.#closing.signal.throwIfAborted();
      this.#options.prepare(under);
    } catch (error) {
      under.reset();
      throw error;
    }
  }

  #give(transport: StreamTransport): void {
    if (this.#closing.signal.aborted) {
      transport.reset();
    } else if (this.#waiter === null) {
      this.#ready.push(transport);
    } else {
      this.#waiter.resolve(transport);
      this.#waiter = null;
    }
  }

  #fail(error: unknown): void {
    this.#waiter?.reject(error);
    this.#waiter = null;
  }
}

function gaveWay({ remoteAddress }: StreamTransport): SocketError {
  return new SocketError(
    `Cannot secure the connection from "${
      formatAddress(remoteAddress)
    }": the TLS handshake took longer than "${PATIENCE}" ms, and others waited`,
    HResult.WSAETIMEDOUT,
  );
}

function aborted(): SocketError {
  return new SocketError(
    "Cannot accept: operation aborted",
    HResult.ERROR_OPERATION_ABORTED,
  );
}
