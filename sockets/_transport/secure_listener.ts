import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { HandshakeQueue } from "./handshake_queue.ts";
import type { ListenerTransport } from "./listener_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

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

/** Accepts connections and makes them secure. */
export class SecureListenerTransport implements ListenerTransport {
  readonly #listener: ListenerTransport;
  readonly #options: SecureListenerOptions;
  readonly #queue: HandshakeQueue<StreamTransport, StreamTransport>;

  constructor(listener: ListenerTransport, options: SecureListenerOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#queue = new HandshakeQueue({
      accept: () => listener.accept(),
      shakeHands: (under, signal) => this.#secure(under, signal),
      drop: (secure) => secure.reset(),
      gaveWay,
      aborted,
      onFailure: options.onFailure,
    });
  }

  /** What TLS knows of its connections would stay behind. */
  get handover(): null {
    return null;
  }

  get localAddress(): TransportAddress {
    return this.#listener.localAddress;
  }

  accept(): Promise<StreamTransport> {
    return this.#queue.accept();
  }

  close(): void | Promise<void> {
    this.#queue.close();
    return this.#listener.close();
  }

  async #secure(
    under: StreamTransport,
    signal: AbortSignal,
  ): Promise<StreamTransport> {
    try {
      signal.throwIfAborted();
      this.#options.prepare(under);
    } catch (error) {
      under.reset();
      throw error;
    }
    return await this.#options.secure(under, signal);
  }
}

function gaveWay({ remoteAddress }: StreamTransport, patience: number): Error {
  return new SocketError(
    `Cannot secure the connection from "${
      formatAddress(remoteAddress)
    }": the TLS handshake took longer than "${patience}" ms, and others waited`,
    HResult.WSAETIMEDOUT,
  );
}

function aborted(): SocketError {
  return new SocketError(
    "Cannot accept: operation aborted",
    HResult.ERROR_OPERATION_ABORTED,
  );
}
