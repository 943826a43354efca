import { toSocketError } from "../../errors/_classify.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { DenoStreamTransport } from "./deno_stream_transport.ts";
import type { ListenerTransport } from "./listener_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** Listens on one address with the runtime's own listener. */
class DenoListenerTransport implements ListenerTransport {
  readonly localAddress: TransportAddress;
  readonly handover = null;
  readonly #listener: Deno.TcpListener;

  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    this.localAddress = listener.addr;
  }

  async accept(): Promise<StreamTransport> {
    let conn;
    try {
      conn = await this.#listener.accept();
    } catch (error) {
      const address = formatAddress(this.localAddress);
      throw toSocketError(error, `Cannot accept on "${address}"`);
    }
    return new DenoStreamTransport(conn);
  }

  close(): void {
    this.#listener.close();
  }
}

/** A way to listen on one IP address. */
export type Listen = (address: TransportAddress) => ListenerTransport;

/** Listens on one IP address; port 0 lets the system choose. */
export function listenTcp(address: TransportAddress): ListenerTransport {
  try {
    return new DenoListenerTransport(Deno.listen({ ...address }));
  } catch (error) {
    throw toSocketError(error, `Cannot listen on "${formatAddress(address)}"`);
  }
}

/** Whether listening failed because the port is taken. */
export function isAddressTaken(error: unknown): boolean {
  return hasStatus(error, SocketErrorStatus.addressAlreadyInUse);
}

/** Whether listening failed because the system has no such address. */
export function isAddressMissing(error: unknown): boolean {
  return hasStatus(error, SocketErrorStatus.cannotAssignRequestedAddress) ||
    hasStatus(error, SocketErrorStatus.addressFamilyNotSupported);
}

function hasStatus(error: unknown, status: SocketErrorStatus): boolean {
  return error instanceof SocketError && error.status === status;
}
