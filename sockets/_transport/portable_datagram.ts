import { toSocketError } from "../../errors/_classify.ts";
import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { isIPv4 } from "../addressing/_ip_address.ts";
import type {
  DatagramOptions,
  DatagramRow,
  DatagramsSent,
  GroupMembership,
} from "./datagram_transport.ts";
import { toRuntimeForm, unmap } from "./ipv4_mapped.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

const ANY_IPV6 = "::";
const ANY_IPV4 = "0.0.0.0";

/**
 * Sends the datagrams of a row, each when the one before has left. The runtime
 * sends at once while the system has room, so that waiting takes no turn of the
 * event loop; without waiting those that find no room would be overtaken.
 *
 * @param send Sends one datagram.
 * @param explain Makes of a failure what to tell.
 */
export async function sendInOrder(
  { bytes, offset, lengths, first }: DatagramRow,
  send: (datagram: Uint8Array<ArrayBuffer>) => Promise<unknown>,
  explain: (error: unknown) => Error,
): Promise<DatagramsSent> {
  // More may be appended while these are sent, or all that wait be dropped.
  const end = lengths.length;
  let start = offset;
  let index = first;
  for (; index < end && index < lengths.length; index++) {
    const next = start + (lengths[index] ?? 0);
    try {
      await send(bytes.subarray(start, next));
    } catch (error) {
      return { count: index - first, error: explain(error) };
    }
    start = next;
  }
  return { count: index - first, error: null };
}

/** What is being done when an option is set. */
export function setting(name: string, value: unknown): string {
  return `Cannot set the ${name} to "${value}"`;
}

/** Refuses the options that the runtime has no calls for. */
export function assertPortable(options: DatagramOptions): void {
  const { inboundBufferSize, dontFragment, lowLatency } = options;
  if (inboundBufferSize !== undefined) {
    throw needsNativeCalls(setting("inbound buffer size", inboundBufferSize));
  }
  if (dontFragment) throw needsNativeCalls(setting("dontFragment", true));
  if (lowLatency) {
    throw needsNativeCalls(setting("quality of service", "lowLatency"));
  }
}

/** The error of an operation on a socket that was closed. */
export function closedError(action: string): Error {
  return toSocketError(new Deno.errors.Interrupted("Socket closed"), action);
}

/** Where a sender sends; null is what the socket is connected to. */
export function destination(
  remote: TransportAddress | null,
  connected: TransportAddress | null,
): TransportAddress {
  const to = remote ?? connected;
  if (to !== null) return unmap(to);
  throw toSocketError(
    new Deno.errors.NotConnected("Not connected"),
    "Cannot send datagrams",
  );
}

/**
 * What the answers of an address come from, as the runtime tells it: all
 * addresses stand for the one of this computer that the kernel sends from.
 */
export function answersFrom(
  { hostname, port }: TransportAddress,
  local: TransportAddress,
): TransportAddress {
  const told = toRuntimeForm(hostname);
  if (told === ANY_IPV6) return { hostname: "::1", port };
  if (told !== ANY_IPV4) return { hostname: told, port };
  const isBoundToOne = isIPv4(local.hostname) && local.hostname !== ANY_IPV4;
  return { hostname: isBoundToOne ? local.hostname : "127.0.0.1", port };
}

/** What is being done when a datagram is sent. */
export function sending(to: TransportAddress): string {
  return `Cannot send the datagram to "${formatAddress(to)}"`;
}

/** What is being done when a group is joined or left. */
export function membershipAction(
  verb: "join" | "leave",
  { group }: GroupMembership,
): string {
  return `Cannot ${verb} the group "${group}"`;
}

/** The error of a group of a family that a socket does not have. */
export function wrongFamily(
  action: string,
  { hostname }: TransportAddress,
): SocketError {
  return new SocketError(
    `${action}: the socket is bound to "${hostname}", of the other family`,
    HResult.WSAEAFNOSUPPORT,
  );
}
