import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { ListenerTransport } from "./listener_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

/** So many handshakes go on at once; further connections wait in the system. */
const MAX_HANDSHAKES = 128;

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
  #handshakes = 0;

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
    this.#listener.close();
    for (const transport of this.#ready.splice(0)) transport.reset();
    this.#fail(aborted());
  }

  /** Accepts while somebody waits, and there is room for a handshake. */
  async #run(): Promise<void> {
    if (this.#isAccepting) return;
    this.#isAccepting = true;
    try {
      while (this.#waiter !== null && this.#handshakes < MAX_HANDSHAKES) {
        this.#secure(await this.#listener.accept());
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAccepting = false;
    }
  }

  async #secure(under: StreamTransport): Promise<void> {
    this.#handshakes++;
    try {
      this.#prepare(under);
      const { signal } = this.#closing;
      this.#give(await this.#options.secure(under, signal));
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onFailure(error);
    } finally {
      this.#handshakes--;
      this.#run();
    }
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

function aborted(): SocketError {
  return new SocketError(
    "Cannot accept: operation aborted",
    HResult.ERROR_OPERATION_ABORTED,
  );
}
