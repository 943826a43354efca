import { createSocket, type Socket } from "node:dgram";
import { toSocketError } from "../../errors/_classify.ts";
import type { Arrival } from "./datagram_inbox.ts";
import type { GroupMembership } from "./datagram_transport.ts";
import { fromMapped } from "./ipv4_mapped.ts";
import {
  formatAddress,
  NOBODY,
  type TransportAddress,
} from "./transport_address.ts";

/** What the sockets of one transport are opened with. */
export interface NodeDatagramSocketOptions {
  readonly shared: boolean;
  /** Whether a socket on `::` leaves IPv4 to another one. */
  readonly ipv6Only: boolean;
}

/** Takes what arrives; tells whether more is wanted. */
export type TakeArrival = (arrival: Arrival) => boolean;

/** Starts and stops reading, for which node:dgram has no public calls. */
interface ReadControl {
  start(): void;
  stop(): void;
  /** Resolves when the read that is pending has ended; it tells nothing. */
  ended(): Promise<void>;
}

/** A socket of node:dgram that reads only when it is asked to. */
export class NodeDatagramSocket {
  readonly isIPv6: boolean;
  readonly #isIPv6Only: boolean;
  readonly #socket: Socket;
  readonly #control: ReadControl | null;
  readonly #take: TakeArrival;
  #localAddress: TransportAddress = NOBODY;
  #isReading = false;

  private constructor(
    isIPv6: boolean,
    { shared, ipv6Only }: NodeDatagramSocketOptions,
    take: TakeArrival,
  ) {
    this.isIPv6 = isIPv6;
    this.#isIPv6Only = ipv6Only;
    this.#take = take;
    const family = isIPv6 ? 6 : 4;
    this.#socket = createSocket({
      type: `udp${family}`,
      reuseAddr: shared,
      ipv6Only,
      // Addresses need no look-up, which would take a tick for each datagram,
      // and in which nobody could catch the error of a missing permission.
      lookup: (address, _options, callback) => callback(null, address, family),
    });
    this.#control = findControl(this.#socket);
    this.#socket.on("message", (message, { address, port }) => {
      this.#arrive({
        // A copy: each message is in a buffer of 64 KiB.
        bytes: new Uint8Array(message),
        remote: { hostname: fromMapped(address), port },
        localHostname: this.#localAddress.hostname,
        error: null,
      });
    });
  }

  /**
   * Binds a socket.
   *
   * @throws {SocketError} If the address cannot be used.
   */
  static async open(
    local: TransportAddress,
    options: NodeDatagramSocketOptions,
    take: TakeArrival,
  ): Promise<NodeDatagramSocket> {
    const isIPv6 = local.hostname.includes(":");
    const opened = new NodeDatagramSocket(isIPv6, options, take);
    try {
      await opened.#bind(local);
      opened.#socket.setBroadcast(true);
    } catch (error) {
      await opened.close();
      throw toSocketError(error, `Cannot bind to "${formatAddress(local)}"`);
    }
    return opened;
  }

  get localAddress(): TransportAddress {
    return this.#localAddress;
  }

  /** Whether it serves IPv4. */
  get hasIPv4(): boolean {
    if (!this.isIPv6) return true;
    return !this.#isIPv6Only && this.#localAddress.hostname === "::";
  }

  /** Reads one datagram at least. */
  read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#control?.start();
  }

  send(bytes: Uint8Array, { hostname, port }: TransportAddress): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, port, hostname, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** @param address What stands for the adapter. */
  join({ group, source }: GroupMembership, address?: string): void {
    if (source === undefined) this.#socket.addMembership(group, address);
    else this.#socket.addSourceSpecificMembership(source, group, address);
  }

  /** @param address What stands for the adapter. */
  leave({ group, source }: GroupMembership, address?: string): void {
    if (source === undefined) this.#socket.dropMembership(group, address);
    else this.#socket.dropSourceSpecificMembership(source, group, address);
  }

  setHopLimit(limit: number): void {
    this.#socket.setTTL(limit);
  }

  setMulticastHopLimit(limit: number): void {
    this.#socket.setMulticastTTL(limit);
  }

  setMulticastLoopback(loopback: boolean): void {
    this.#socket.setMulticastLoopback(loopback);
  }

  /** Closes it; resolves when the port is free again. */
  close(): Promise<void> {
    // A read that is pending has the port until it ends. The "close" event
    // comes before, or never: nothing keeps the process alive for it.
    const ended = this.#isReading ? this.#control?.ended() : undefined;
    this.#socket.close();
    return ended ?? Promise.resolve();
  }

  #bind({ hostname, port }: TransportAddress): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("listening", () => {
        const { address, port } = socket.address();
        this.#localAddress = { hostname: address, port };
        // It reads from then on.
        this.#isReading = true;
        socket.off("error", reject);
        socket.on("error", (error) => this.#fail(error));
        resolve();
      });
      socket.bind(port, hostname);
    });
  }

  #fail(cause: Error): void {
    this.#arrive({
      error: toSocketError(cause, "Cannot receive a datagram"),
      remote: NOBODY,
      localHostname: this.#localAddress.hostname,
    });
  }

  /** To be called in the event: whoever starts to read again does it later. */
  #arrive(arrival: Arrival): void {
    const isWanted = this.#take(arrival);
    if (isWanted || this.#control === null) return;
    this.#isReading = false;
    this.#control.stop();
  }
}

/**
 * The handle of a socket, which Deno keeps under symbols of its own. They may
 * go in any release: without them whatever arrives is read.
 */
function findControl(socket: Socket): ReadControl | null {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const state: unknown = Reflect.get(socket, symbol);
    if (typeof state !== "object" || state === null) continue;
    if (!("handle" in state)) continue;
    const { handle } = state;
    if (typeof handle !== "object" || handle === null) continue;
    if (!("recvStart" in handle && "recvStop" in handle)) continue;
    const { recvStart, recvStop } = handle;
    if (typeof recvStart !== "function") continue;
    if (typeof recvStop !== "function") continue;
    return {
      start: () => recvStart.call(handle),
      stop: () => recvStop.call(handle),
      ended: () =>
        new Promise((resolve) => Reflect.set(handle, "onmessage", resolve)),
    };
  }
  return null;
}
