import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A datagram that came from a program. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The port of the program. */
  readonly port: number;
}

/** A socket for datagrams, not of this project, on 127.0.0.1. */
export class DatagramPeer implements AsyncDisposable {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Opens one on a port that the system chooses. */
  static async open(): Promise<DatagramPeer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new DatagramPeer(socket);
  }

  /** Opens one that shares a port, and gets what is sent to a group by `lo`. */
  static async join(group: string, port: number): Promise<DatagramPeer> {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    socket.bind(port, group);
    await once(socket, "listening");
    socket.addMembership(group, "127.0.0.1");
    return new DatagramPeer(socket);
  }

  get port(): string {
    return `${this.#socket.address().port}`;
  }

  /** The next datagram. What comes while nobody waits is lost. */
  async receive(): Promise<Datagram> {
    for (;;) {
      const [buffer, remote] = await once(this.#socket, "message");
      // What other programs of this system join arrives as well (ip(7),
      // IP_MULTICAST_ALL).
      if (remote.address !== "127.0.0.1") continue;
      const bytes = new Uint8Array(buffer);
      return {
        bytes,
        text: new TextDecoder().decode(bytes),
        port: remote.port,
      };
    }
  }

  /** Sends to a port of 127.0.0.1. */
  send(data: string | Uint8Array, port: number): void {
    this.#socket.send(data, port, "127.0.0.1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}
