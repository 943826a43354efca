import { HResult } from "../../errors/hresult.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type {
  DatagramOptions,
  DatagramTransport,
  GroupMembership,
} from "../_transport/datagram_transport.ts";
import {
  openDatagram,
  openDatagramEverywhere,
  openDatagramOn,
  openDatagramToSend,
} from "../_transport/open_datagram.ts";
import type { TransportAddress } from "../_transport/transport_address.ts";
import {
  assertEnabled,
  Ownership,
  type TransferCall,
} from "../_broker/ownership.ts";
import type { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { SendQueue } from "../streams/_send_queue.ts";
import { OutputStream } from "../streams/output_stream.ts";
import {
  type DatagramControlState,
  datagramOptions,
} from "./_control_state.ts";
import { DatagramOutbox } from "./_datagram_outbox.ts";
import { encodeMessages } from "./_messages.ts";
import { type Message, MessageSource } from "./_message_source.ts";
import { isMulticast, isUnicast } from "./_address_kind.ts";

const ANY_HOSTNAMES = ["0.0.0.0", "::"];

/** Where to bind to; null is everywhere. */
export interface BindTarget {
  readonly hostname: string | null;
  /** 0: the system chooses. */
  readonly port: number;
  /** The only network interface to use, if there is no host name. */
  readonly adapter?: string | undefined;
}

/** Addresses of a remote host, best first. */
export type FindRemote = (
  signal: AbortSignal,
) => Promise<readonly TransportAddress[]>;

type Open = (options: DatagramOptions) => Promise<DatagramTransport>;

/** What a `DatagramSocket` is at this moment, for the classes around it. */
export class DatagramState {
  readonly #control: DatagramControlState;
  #phase: "new" | "opening" | "open" | "closed" = "new";
  #opening: Promise<DatagramTransport> | null = null;
  #transport: DatagramTransport | null = null;
  /** Whether more than one operation uses what was opened. */
  #isShared = false;
  #isConnecting = false;
  #remote: TransportAddress | null = null;
  #output: OutputStream | null = null;
  #source: MessageSource | null = null;
  /** Queues that have something to send. */
  readonly #busy = new Set<SendQueue>();
  #canceller = new AbortController();
  #closing: Promise<void> | null = null;

  /** Not null if it may be given to the broker. */
  #ownership: Ownership | null = null;

  /** Told what to receive from; null if that is gone again. */
  onSource: ((source: MessageSource | null) => void) | null = null;

  constructor(control: DatagramControlState) {
    this.#control = control;
  }

  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  get localAddress(): TransportAddress | null {
    return this.#transport?.localAddress ?? null;
  }

  /** What it is connected to. */
  get remoteAddress(): TransportAddress | null {
    return this.#remote;
  }

  /** Where messages come from; throws if the socket is neither bound nor closed. */
  get source(): MessageSource | null {
    if (this.#source === null && !this.isClosed) {
      throw new InvalidOperationError(
        "Cannot receive: the socket is not bound, call bindServiceNameAsync first",
      );
    }
    return this.#source;
  }

  /** The stream to what the socket is connected to. */
  get output(): OutputStream {
    if (this.#output !== null) return this.#output;
    this.assertOpen();
    throw new InvalidOperationError(
      "Cannot use the output stream: the socket is not connected, call connectAsync or getOutputStreamAsync",
    );
  }

  assertOpen(): void {
    if (this.isClosed) throw closedError();
  }

  /** Binds; throws the typed error if this is not the time. */
  async bind(target: BindTarget): Promise<void> {
    this.assertOpen();
    if (this.#phase !== "new") {
      throw new InvalidOperationError(
        "Cannot bind: the socket is bound already, use a new one",
      );
    }
    await this.#open((options) => openOn(target, options));
  }

  /** Connects, and binds before if need be. */
  async connect(find: FindRemote, local: BindTarget | null): Promise<void> {
    this.assertOpen();
    if (this.#remote !== null || this.#isConnecting) {
      throw new InvalidOperationError(
        "Cannot connect: the socket is connected already, use a new one",
      );
    }
    this.#isConnecting = true;
    try {
      const addresses = await this.#find(find);
      for (const address of addresses) this.#assertMayConnect(address);
      const isNew = this.#phase === "new";
      const transport = await this.#ensureOpen(local, addresses[0]);
      try {
        this.assertOpen();
        this.#remote = this.#connectAny(transport, addresses);
      } catch (error) {
        if (isNew) await this.#undoOpen();
        throw error;
      }
      this.#source?.onConnected();
      this.#control.lock = "connected";
      this.#output = this.#streamTo(transport, null);
    } finally {
      this.#isConnecting = false;
    }
  }

  /** A stream to a remote address; binds if need be. */
  async streamTo(
    find: FindRemote,
    local: BindTarget | null,
  ): Promise<OutputStream> {
    this.assertOpen();
    const addresses = await this.#find(find);
    const transport = await this.#ensureOpen(local);
    this.assertOpen();
    const remote = this.#reachable(transport, addresses)[0];
    if (remote === undefined) throw unreachable(addresses);
    this.#assertMayReach(remote);
    return this.#streamTo(transport, remote);
  }

  join(membership: GroupMembership): void {
    const transport = this.#openTransport("join a group");
    assertReceives(transport.localAddress.hostname, membership.group);
    transport.join(membership);
  }

  leave(membership: GroupMembership): void {
    this.#openTransport("leave a group").leave(membership);
  }

  /**
   * Takes a socket that was opened elsewhere, which may be connected.
   *
   * @param messages What was received before, and nobody has taken.
   */
  adopt(
    transport: DatagramTransport & {
      readonly remoteAddress: TransportAddress | null;
    },
    messages: readonly Message[],
  ): void {
    const remote = transport.remoteAddress;
    this.#control.lock = remote === null ? "bound" : "connected";
    this.#use(transport, messages);
    if (remote === null) return;
    this.#remote = remote;
    this.#source?.onConnected();
    this.#output = this.#streamTo(transport, null);
  }

  /** Has the socket ready to be given to the broker. */
  enableTransfer(
    taskId: string | null,
    action: SocketActivityConnectedStandbyAction,
  ): void {
    this.assertOpen();
    this.#ownership = Ownership.enable(taskId, action);
  }

  /** Gives the socket to the broker, with what nobody has taken. */
  transfer(call: TransferCall): void {
    this.assertOpen();
    const ownership = assertEnabled(this.#ownership);
    const { handover } = this.#openTransport("transfer the socket");
    // Where the transfer can be enabled, all sockets are native.
    if (handover === null) throw new TypeError("There are no native calls");
    if (this.#busy.size > 0) {
      throw new InvalidOperationError(
        "Cannot transfer the socket: writes are pending, await flushAsync before",
      );
    }
    ownership.transfer(call, {
      kind: SocketActivityKind.datagramSocket,
      descriptors: [handover.descriptor],
      unread: encodeMessages(this.#source?.untaken ?? []),
      details: "",
    });
    this.#phase = "closed";
    this.#control.onChange = null;
    this.#canceller.abort(operationAborted());
    this.#source?.end();
    handover.abandon();
  }

  /** Rejects what waits: binding, connecting and receiving. */
  cancelIO(): void {
    this.assertOpen();
    this.#canceller.abort(operationAborted());
    this.#canceller = new AbortController();
    this.#source?.cancelPending(operationAborted());
  }

  /** Closes the socket; resolves when it was given back to the system. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#phase = "closed";
    // The descriptor may be another socket's by then.
    this.#control.onChange = null;
    this.#canceller.abort(operationAborted());
    this.#source?.end();
    this.#sendNow();
    await Promise.all([...this.#busy].map((queue) => queue.drain()));
    await this.#opening?.catch(ignore);
    await this.#transport?.close();
  }

  /** Sends what waits for the end of the turn. */
  #sendNow(): void {
    for (const queue of this.#busy) queue.send();
  }

  async #find(find: FindRemote): Promise<readonly TransportAddress[]> {
    const { signal } = this.#canceller;
    const addresses = await find(signal);
    signal.throwIfAborted();
    return addresses;
  }

  /** @param onlyRemote The only address that is sent to, if that is known. */
  async #ensureOpen(
    local: BindTarget | null,
    onlyRemote?: TransportAddress,
  ): Promise<DatagramTransport> {
    if (this.#phase === "new") {
      const family = onlyRemote === undefined ? null : familyOf(onlyRemote);
      return await this.#open((options) =>
        local === null
          ? openDatagramToSend(family, options)
          : openOn(local, options)
      );
    }
    if (local !== null) {
      throw new InvalidOperationError(
        "Cannot use the local endpoint: the socket is bound already, leave it out",
      );
    }
    this.assertOpen();
    this.#isShared = true;
    return this.#transport ?? await this.#opened;
  }

  get #opened(): Promise<DatagramTransport> {
    return this.#opening ?? Promise.reject(closedError());
  }

  #open(open: Open): Promise<DatagramTransport> {
    this.#phase = "opening";
    this.#opening = this.#openOnce(open);
    return this.#opening;
  }

  async #openOnce(open: Open): Promise<DatagramTransport> {
    let transport;
    try {
      transport = await this.#openWithOptions(open);
    } catch (error) {
      this.#control.lock = null;
      this.#control.onChange = null;
      if (this.#phase === "opening") this.#phase = "new";
      throw error;
    }
    if (this.isClosed) {
      await transport.close();
      throw operationAborted();
    }
    this.#use(transport, []);
    return transport;
  }

  /** @param messages What was received before. */
  #use(transport: DatagramTransport, messages: readonly Message[]): void {
    this.#phase = "open";
    this.#transport = transport;
    // An answer comes sooner if what it answers was sent before the waiting.
    this.#source = new MessageSource(transport, () => this.#sendNow());
    this.#source.putBack(messages);
    this.#control.onChange = () =>
      transport.setOptions(datagramOptions(this.#control));
    this.onSource?.(this.#source);
  }

  /** Opens with the options as they are once it is open. */
  async #openWithOptions(open: Open): Promise<DatagramTransport> {
    const control = this.#control;
    let hasChanged = false;
    control.lock = "bound";
    control.onChange = () => hasChanged = true;
    const transport = await open(datagramOptions(control));
    if (!hasChanged) return transport;
    try {
      transport.setOptions(datagramOptions(control));
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  }

  /** Takes back a bind that only a connect has asked for, which has failed. */
  async #undoOpen(): Promise<void> {
    if (this.#isShared || this.isClosed) return;
    const transport = this.#transport;
    this.#phase = "new";
    this.#transport = null;
    this.#source?.end();
    this.#source = null;
    this.#control.lock = null;
    this.#control.onChange = null;
    this.onSource?.(null);
    await transport?.close();
  }

  #connectAny(
    transport: DatagramTransport,
    addresses: readonly TransportAddress[],
  ): TransportAddress {
    let failure: unknown = unreachable(addresses);
    for (const remote of this.#reachable(transport, addresses)) {
      try {
        transport.connect(remote);
        return remote;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Those of a family that the socket has. */
  #reachable(
    { localAddress }: DatagramTransport,
    addresses: readonly TransportAddress[],
  ): readonly TransportAddress[] {
    if (localAddress.hostname === "::") return addresses;
    const isIPv6 = localAddress.hostname.includes(":");
    return addresses.filter(({ hostname }) =>
      hostname.includes(":") === isIPv6
    );
  }

  #assertMayConnect(remote: TransportAddress): void {
    if (isMulticast(remote.hostname)) {
      throw new SocketError(
        `Cannot connect to "${remote.hostname}": it is a multicast group, use getOutputStreamAsync`,
        HResult.WSAHOST_NOT_FOUND,
      );
    }
    this.#assertMayReach(remote);
  }

  #assertMayReach({ hostname }: TransportAddress): void {
    if (!this.#control.multicastOnly || !isUnicast(hostname)) return;
    throw new InvalidOperationError(
      `Cannot send to "${hostname}": control.multicastOnly is set, and it is not the address of a multicast group`,
    );
  }

  #streamTo(
    transport: DatagramTransport,
    remote: TransportAddress | null,
  ): OutputStream {
    const outbox = new DatagramOutbox(
      transport.senderTo(remote),
      (isPending) => {
        if (isPending) this.#busy.add(queue);
        else this.#busy.delete(queue);
      },
      () => this.isClosed ? closedError() : null,
    );
    const queue = new SendQueue(outbox);
    return new OutputStream(queue);
  }

  #openTransport(action: string): DatagramTransport {
    this.assertOpen();
    if (this.#transport !== null) return this.#transport;
    throw new InvalidOperationError(
      `Cannot ${action}: the socket is not bound, call bindServiceNameAsync first`,
    );
  }
}

type StateReader = (socket: object) => DatagramState | undefined;

let read: StateReader | null = null;

/** Tells how to read the state of a `DatagramSocket`, whose class alone can. */
export function setDatagramStateReader(reader: StateReader): void {
  read = reader;
}

/** The state of a socket. */
export function datagramStateOf(socket: object): DatagramState {
  const state = read?.(socket);
  if (state === undefined) throw new TypeError("Not a DatagramSocket");
  return state;
}

function ignore(): void {}

/**
 * Throws if nothing that is sent to a group would arrive: the kernel gives a
 * datagram to sockets that are bound to where it was sent, or to everything. On
 * Windows groups are an exception.
 */
function assertReceives(localHostname: string, group: string): void {
  const isBoundToIt = isMulticast(localHostname) ||
    ANY_HOSTNAMES.includes(localHostname);
  if (isBoundToIt || Deno.build.os === "windows") return;
  throw new InvalidOperationError(
    `Cannot join the group "${group}": the socket is bound to "${localHostname}" alone, bind it to all addresses and give the adapter here`,
  );
}

function openOn(
  { hostname, port, adapter }: BindTarget,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  if (adapter !== undefined) return openDatagramOn(adapter, port, options);
  return hostname === null
    ? openDatagramEverywhere(port, options)
    : openDatagram({ hostname, port }, options);
}

function familyOf({ hostname }: TransportAddress): "IPv4" | "IPv6" {
  return hostname.includes(":") ? "IPv6" : "IPv4";
}

function closedError(): ClosedError {
  return new ClosedError("Cannot use the socket: it is closed");
}

function operationAborted(): SocketError {
  return new SocketError(
    "Cannot complete the operation: the socket was closed or the operation cancelled",
    HResult.ERROR_OPERATION_ABORTED,
  );
}

function unreachable(addresses: readonly TransportAddress[]): SocketError {
  const names = addresses.map(({ hostname }) => hostname).join(", ");
  return new SocketError(
    `Cannot send to "${names}": the socket is bound to an address of the other family`,
    HResult.WSAEAFNOSUPPORT,
  );
}
