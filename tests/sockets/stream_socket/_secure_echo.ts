import {
  SocketProtectionLevel,
  type StreamSocket,
  StreamSocketListener,
  type StreamSocketListenerControl,
} from "../../../mod.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";

/** A server that sends back what comes in over TLS, and keeps count of it. */
export class SecureEcho {
  readonly #listener: StreamSocketListener;
  readonly #sessions: Promise<void>[] = [];
  /** What it was told by `error` events. */
  readonly errors: unknown[] = [];
  /** The sockets that it has accepted. */
  readonly sockets: StreamSocket[] = [];
  #onError: (() => void) | null = null;
  /** How many bytes it has got, after TLS. */
  received = 0;

  private constructor(listener: StreamSocketListener) {
    this.#listener = listener;
    listener.onerror = ({ error }) => {
      this.errors.push(error);
      this.#onError?.();
    };
    listener.onconnectionreceived = ({ socket }) => {
      this.sockets.push(socket);
      this.#sessions.push(this.#serve(socket));
    };
  }

  /** Starts one on an address. */
  static async start(
    certificate: StreamSocketListenerControl["serverCertificate"],
    configure: (control: StreamSocketListenerControl) => void = () => {},
    host = "127.0.0.1",
  ): Promise<SecureEcho> {
    const listener = new StreamSocketListener();
    listener.control.serverCertificate = certificate;
    configure(listener.control);
    await listener.bindEndpointAsync(host, "", SocketProtectionLevel.tls12);
    return new SecureEcho(listener);
  }

  get port(): number {
    return Number(this.#listener.information.localPort);
  }

  /** Waits until there were so many errors; returns all of them. */
  async waitForErrors(count: number): Promise<readonly unknown[]> {
    while (this.errors.length < count) {
      await new Promise<void>((resolve) => this.#onError = resolve);
    }
    return this.errors;
  }

  async #serve(socket: StreamSocket): Promise<void> {
    const { inputStream, outputStream } = socket;
    try {
      for await (const chunk of inputStream) {
        this.received += chunk.length;
        await outputStream.writeAsync(chunk);
      }
      await outputStream.close();
    } catch {
      // The client has refused the certificate.
    } finally {
      await socket[Symbol.asyncDispose]();
    }
  }

  /** Stops listening, and waits for the end of all sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await Promise.all(this.#sessions);
    // Nobody tells when the handshakes that went on have ended.
    await turnsOfEventLoop(20);
  }
}
