import { HostName } from "../addressing/host_name.ts";
import { streamOfBytes } from "../streams/_stream_of_bytes.ts";
import { DataReader } from "../streams/data_reader.ts";
import type { InputStream } from "../streams/input_stream.ts";

/** What a message consists of. */
export interface DatagramSocketMessage {
  /** The datagram; left out if there is an error. */
  readonly bytes?: Uint8Array;
  /** Why an earlier datagram of the socket's own did not arrive, if it tells that. */
  readonly error: Error | null;
  /** Where it came from. */
  readonly remote: { readonly hostname: string; readonly port: number };
  /** The address that it was sent to. */
  readonly localHostname: string;
}

/**
 * A message that a {@linkcode DatagramSocket} has received: the event object of
 * `messagereceived`, and what iterating over the socket yields.
 *
 * @example Usage
 * ```ts
 * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
 * import { assertEquals } from "@std/assert";
 *
 * await using receiver = new DatagramSocket();
 * await receiver.bindEndpointAsync("127.0.0.1", "");
 *
 * await using sender = new DatagramSocket();
 * await sender.connectAsync("127.0.0.1", receiver.information.localPort);
 * await sender.outputStream.writeAsync(new TextEncoder().encode("hello"));
 *
 * for await (const message of receiver) {
 *   const reader = message.getDataReader();
 *   assertEquals(reader.readString(reader.unconsumedBufferLength), "hello");
 *   assertEquals(message.remotePort, sender.information.localPort);
 *   break;
 * }
 * ```
 */
export class DatagramSocketMessageReceivedEventArgs extends Event {
  readonly #message: DatagramSocketMessage;
  #reader: DataReader | null = null;
  #stream: InputStream | null = null;
  #remoteAddress: HostName | null = null;
  #localAddress: HostName | null = null;

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param message What was received.
   */
  constructor(message: DatagramSocketMessage) {
    super("messagereceived");
    this.#message = message;
  }

  /**
   * The sender's address.
   *
   * @returns Always the same object.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   assertEquals(`${message.remoteAddress}`, "127.0.0.1");
   *   break;
   * }
   * ```
   */
  get remoteAddress(): HostName {
    return this.#remoteAddress ??= new HostName(this.#message.remote.hostname);
  }

  /**
   * The sender's port.
   *
   * @returns A decimal number.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   assertEquals(message.remotePort, localPort);
   *   break;
   * }
   * ```
   */
  get remotePort(): string {
    return `${this.#message.remote.port}`;
  }

  /**
   * The address that the message was sent to. Where the runtime does not tell
   * it (all but Linux with `--allow-ffi`), the address that the socket is bound
   * to.
   *
   * @returns Always the same object.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   assertEquals(`${message.localAddress}`, "127.0.0.1");
   *   break;
   * }
   * ```
   */
  get localAddress(): HostName {
    return this.#localAddress ??= new HostName(this.#message.localHostname);
  }

  /**
   * A reader of the message. All of it is loaded: `loadAsync` is not needed.
   *
   * @returns Always the same reader.
   *
   * @throws {SocketError} If the message tells that one of the socket's own
   * could not be delivered: `connectionResetByPeer` where nobody listens at the
   * remote port.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   assertEquals(message.getDataReader().readByte(), 7);
   *   break;
   * }
   * ```
   */
  getDataReader(): DataReader {
    return this.#reader ??= DataReader.fromBuffer(this.#bytes);
  }

  /**
   * The message as a stream.
   *
   * @returns Always the same stream.
   *
   * @throws {SocketError} As {@linkcode DatagramSocketMessageReceivedEventArgs.getDataReader}.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   const bytes = await new Response(message.getDataStream()).bytes();
   *   assertEquals(bytes, new Uint8Array([7]));
   *   break;
   * }
   * ```
   */
  getDataStream(): InputStream {
    return this.#stream ??= streamOfBytes(this.#bytes);
  }

  get #bytes(): Uint8Array {
    const { bytes, error } = this.#message;
    if (error !== null) throw error;
    return bytes ?? new Uint8Array(0);
  }
}
