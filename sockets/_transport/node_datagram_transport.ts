import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { toSocketError } from "../../errors/_classify.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { adapterAddresses } from "./adapter.ts";
import type {
  DatagramOptions,
  DatagramRow,
  DatagramSender,
  DatagramTransport,
  GroupMembership,
  ReceivedDatagram,
  ReceivedError,
} from "./datagram_transport.ts";
import { assertNetGranted } from "./net_permission.ts";
import {
  formatAddress,
  NOBODY,
  type TransportAddress,
} from "./transport_address.ts";

/**
 * So many bytes are kept that nobody has received yet. node:dgram cannot be
 * paused; what comes then is dropped, as the system does with a full buffer.
 */
const MAX_KEPT_SIZE = 1024 * 1024;
const IPV4_MAPPED = /^::ffff:(?=\d+\.)/i;

/** A socket by node:dgram, which needs neither a flag nor native calls. */
export class NodeDatagramTransport implements DatagramTransport {
  readonly localAddress: TransportAddress;
  readonly #socket: Socket;
  readonly #isIPv6: boolean;
  #remote: TransportAddress | null = null;
  #arrived: (ReceivedDatagram | ReceivedError)[] = [];
  #arrivedSize = 0;
  #wake: (() => void) | null = null;
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();

  private constructor(socket: Socket, isIPv6: boolean) {
    this.#socket = socket;
    this.#isIPv6 = isIPv6;
    this.localAddress = addressOf(socket);
    socket.setBroadcast(true);
    socket.on("message", (bytes, info) => this.#keep(bytes, info));
    // One that nobody listens for would end the process.
    socket.on("error", (error) => this.#note(error));
  }

  /**
   * Opens a socket on a local address. `::` serves IPv4 as well.
   *
   * @throws {InvalidOperationError} If an option needs native calls.
   * @throws {SocketError} If the address cannot be used.
   */
  static async open(
    local: TransportAddress,
    options: DatagramOptions,
  ): Promise<NodeDatagramTransport> {
    refuseNativeOptions(options);
    // node:dgram of Deno 2.9.6 checks in a later tick, where nobody can catch it.
    assertNetGranted(local);
    const isIPv6 = local.hostname.includes(":");
    const socket = createSocket({
      type: isIPv6 ? "udp6" : "udp4",
      reuseAddr: options.shared,
    });
    await bind(socket, local);
    const transport = new NodeDatagramTransport(socket, isIPv6);
    try {
      transport.setOptions(options);
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  }

  /** In Deno 2.9.6 connect() of node:dgram keeps no stranger out. So we do. */
  connect(remote: TransportAddress): void {
    assertNetGranted(remote);
    this.#remote = remote;
    this.#arrived = this.#arrived.filter(({ remote }) =>
      this.#isWanted(remote)
    );
  }

  senderTo(remote: TransportAddress | null): DatagramSender {
    const to = remote ?? this.#remote;
    if (to === null) throw new TypeError("The socket is not connected");
    const action = `Cannot send the datagram to "${formatAddress(to)}"`;
    return {
      send: async (row) => {
        try {
          await this.#send(row, to);
          return { count: 1, error: null };
        } catch (error) {
          return { count: 0, error: toSocketError(error, action) };
        }
      },
    };
  }

  async receive(): Promise<readonly (ReceivedDatagram | ReceivedError)[]> {
    while (this.#arrived.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
    const arrived = this.#arrived;
    this.#arrived = [];
    this.#arrivedSize = 0;
    return this.#isClosed ? [] : arrived;
  }

  join({ group, source, adapter }: GroupMembership): void {
    const through = this.#interfaceOf(group, adapter);
    attempt(`Cannot join the group "${group}"`, () => {
      if (source === undefined) this.#socket.addMembership(group, through);
      else this.#socket.addSourceSpecificMembership(source, group, through);
    });
  }

  leave({ group, source, adapter }: GroupMembership): void {
    const through = this.#interfaceOf(group, adapter);
    attempt(`Cannot leave the group "${group}"`, () => {
      if (source === undefined) this.#socket.dropMembership(group, through);
      else this.#socket.dropSourceSpecificMembership(source, group, through);
    });
  }

  setOptions(options: DatagramOptions): void {
    const { hopLimit, multicastHopLimit, multicastLoopback } = options;
    const isChanged = hopLimit !== undefined ||
      multicastHopLimit !== undefined || !multicastLoopback;
    // node:dgram of Deno 2.9.6 sets only a part of them on an IPv6 socket.
    if (this.#isIPv6 && isChanged) {
      throw needsNative(
        "set hop limits or the multicast loopback of a socket that serves IPv6",
      );
    }
    attempt("Cannot set the options of the socket", () => {
      if (hopLimit !== undefined) this.#socket.setTTL(hopLimit);
      if (multicastHopLimit !== undefined) {
        this.#socket.setMulticastTTL(multicastHopLimit);
      }
      this.#socket.setMulticastLoopback(multicastLoopback);
    });
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close(() => this.#closed.resolve());
      this.#wake?.();
    }
    return this.#closed.promise;
  }

  // One at a time: sends that overlap may leave in another order.
  #send(
    { bytes, lengths, first, offset }: DatagramRow,
    to: TransportAddress,
  ): Promise<void> {
    const datagram = bytes.subarray(offset, offset + (lengths[first] ?? 0));
    return new Promise((resolve, reject) => {
      const onSent = (error: Error | null): void => {
        if (error) reject(error);
        else resolve();
      };
      this.#socket.send(datagram, to.port, this.#toNative(to), onSent);
    });
  }

  #isWanted({ hostname, port }: TransportAddress): boolean {
    const only = this.#remote;
    return only === null || only.hostname === hostname && only.port === port;
  }

  #keep(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    const remote = { hostname: address.replace(IPV4_MAPPED, ""), port };
    const isTooMuch = this.#arrivedSize + bytes.length > MAX_KEPT_SIZE;
    if (isTooMuch || !this.#isWanted(remote)) return;
    this.#arrivedSize += bytes.length;
    this.#arrived.push({
      bytes: new Uint8Array(bytes),
      remote,
      localHostname: this.localAddress.hostname,
      error: null,
    });
    this.#wake?.();
  }

  #note(cause: Error): void {
    this.#arrived.push({
      error: toSocketError(cause, "Cannot receive a datagram"),
      remote: this.#remote ?? NOBODY,
      localHostname: this.localAddress.hostname,
    });
    this.#wake?.();
  }

  /** An IPv6 socket takes IPv4 addresses as IPv4-mapped ones. */
  #toNative({ hostname }: TransportAddress): string {
    const isMapped = this.#isIPv6 && !hostname.includes(":");
    return isMapped ? `::ffff:${hostname}` : hostname;
  }

  /** What node:dgram takes for an interface: an address of the group's family. */
  #interfaceOf(group: string, adapter: string | undefined): string | undefined {
    if (adapter === undefined) return undefined;
    const isIPv6 = group.includes(":");
    const addresses = adapterAddresses(adapter);
    if (isIPv6) return `::%${adapter}`;
    return addresses.find((address) => !address.includes(":"));
  }
}

function bind(socket: Socket, local: TransportAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close();
      const action = `Cannot bind to "${formatAddress(local)}"`;
      reject(toSocketError(error, action));
    };
    socket.once("error", onError);
    socket.bind(local.port, local.hostname, () => {
      socket.off("error", onError);
      resolve();
    });
  });
}

function addressOf(socket: Socket): TransportAddress {
  const { address, port } = socket.address();
  return { hostname: address.replace(IPV4_MAPPED, ""), port };
}

function attempt(action: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    throw toSocketError(error, action);
  }
}

function refuseNativeOptions(options: DatagramOptions): void {
  const { dontFragment, inboundBufferSize, lowLatency } = options;
  if (!dontFragment && inboundBufferSize === undefined && !lowLatency) return;
  throw needsNative("open the socket with such options");
}

function needsNative(action: string): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot ${action}: it needs native calls, which are there on Linux with --allow-ffi`,
    { hresult: HResult.ERROR_NOT_SUPPORTED },
  );
}
