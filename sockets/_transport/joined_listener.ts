import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import {
  ACCEPT_CANCELLED,
  type ListenerHandover,
  type ListenerTransport,
} from "./listener_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

/**
 * Makes one listener of several that listen on the same port.
 *
 * @throws {TypeError} If there are none.
 */
export function joinListeners(
  listeners: readonly ListenerTransport[],
): ListenerTransport {
  const [first] = listeners;
  if (first === undefined) throw new TypeError("Cannot join no listeners");
  return listeners.length === 1 ? first : new JoinedListener(first, listeners);
}

/** Accepts from several listeners, at most one connection ahead from each. */
class JoinedListener implements ListenerTransport {
  /** Not null if all of them can be handed over. */
  readonly handover: ListenerHandover | null;
  readonly localAddress: TransportAddress;
  readonly #listeners: readonly ListenerTransport[];
  /** The accept that runs on each listener. */
  readonly #accepting = new Map<ListenerTransport, Promise<Accepted>>();
  #closed = false;
  #abandoned = false;

  constructor(
    first: ListenerTransport,
    listeners: readonly ListenerTransport[],
  ) {
    this.#listeners = listeners;
    this.localAddress = first.localAddress;
    this.handover = this.#join(listeners.map(({ handover }) => handover));
  }

  async accept(): Promise<StreamTransport> {
    for (const listener of this.#listeners) {
      if (!this.#accepting.has(listener)) {
        this.#accepting.set(listener, this.#acceptFrom(listener));
      }
    }
    for (;;) {
      const accepted = await Promise.race(this.#accepting.values());
      if (this.#closed) throw aborted();
      this.#accepting.delete(accepted.listener);
      if ("transport" in accepted) return accepted.transport;
      // Another one may have accepted something before all were abandoned.
      if (!this.#abandoned || this.#accepting.size === 0) throw accepted.error;
    }
  }

  cancelAccept(): void {
    for (const listener of this.#listeners) {
      if (this.#accepting.has(listener)) listener.cancelAccept?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = this.#listeners.map((listener) => listener.close());
    for (const accepting of this.#accepting.values()) {
      accepting.then((accepted) => {
        if ("transport" in accepted) accepted.transport.reset();
      });
    }
    await Promise.all(closing);
  }

  #join(
    handovers: readonly (ListenerHandover | null)[],
  ): ListenerHandover | null {
    const all = handovers.filter((handover) => handover !== null);
    if (all.length < handovers.length) return null;
    return {
      descriptors: all.flatMap(({ descriptors }) => descriptors),
      abandon: async () => {
        this.#abandoned = true;
        await Promise.all(all.map((handover) => handover.abandon()));
      },
    };
  }

  async #acceptFrom(listener: ListenerTransport): Promise<Accepted> {
    try {
      return { listener, transport: await listener.accept() };
    } catch (error) {
      // The next who accepts has it try again.
      if (error === ACCEPT_CANCELLED) this.#accepting.delete(listener);
      return { listener, error };
    }
  }
}

function aborted(): SocketError {
  return new SocketError(
    "Cannot accept: operation aborted",
    HResult.ERROR_OPERATION_ABORTED,
  );
}

type Accepted =
  & { readonly listener: ListenerTransport }
  & (
    | { readonly transport: StreamTransport }
    | { readonly error: unknown }
  );
