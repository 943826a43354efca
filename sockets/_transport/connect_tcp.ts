import { toSocketError } from "../../errors/_classify.ts";
import { connectFrom } from "./connect_from.ts";
import { connectNatively } from "./connect_natively.ts";
import { DenoStreamTransport } from "./deno_stream_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** How {@linkcode connectTcp} connects. */
export interface TcpConnectOptions {
  /** Where to connect from. Undefined: the system chooses. */
  from?: TransportAddress | undefined;
  /** Whether only the first address that the name resolves to is tried. */
  firstAddressOnly?: boolean;
  /**
   * Whether the connection can be handed over to another process. Needs native
   * calls, and an IP address that is granted.
   */
  isTransferable?: boolean;
  /** Gives up, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Connects to a host by name or by address. */
export async function connectTcp(
  to: TransportAddress,
  options: TcpConnectOptions = {},
): Promise<StreamTransport> {
  const { from, firstAddressOnly = false, isTransferable, signal } = options;
  signal?.throwIfAborted();
  try {
    if (isTransferable) return await connectNatively(from, to, signal);
    if (from !== undefined) return await connectFrom(from, to, signal);
    const conn = await Deno.connect({
      hostname: to.hostname,
      port: to.port,
      autoSelectFamily: !firstAddressOnly,
      ...(signal === undefined ? {} : { signal }),
    });
    return new DenoStreamTransport(conn);
  } catch (error) {
    signal?.throwIfAborted();
    throw toSocketError(error, `Cannot connect to "${formatAddress(to)}"`);
  }
}
