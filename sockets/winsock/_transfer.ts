import { addressRoom } from "./_address_room.ts";
import { askBoundName } from "./_bound_name.ts";
import { MAX_BUFFERS } from "./_buffer_vector.ts";
import { valueOf } from "./_constant_table.ts";
import {
  WSAECONNABORTED,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEDESTADDRREQ,
  WSAEFAULT,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOTCONN,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
} from "./error_codes.ts";
import { withGrantedAddress } from "./_granted_address.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets, Received } from "./_native_sockets.ts";
import type { SockAddr } from "./sock_addr.ts";
import { knownState, noteConnected } from "./_socket_state.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const SEND_FLAGS = valueOf("MSG_OOB") | valueOf("MSG_DONTROUTE");
const WAIT_ALL = valueOf("MSG_WAITALL");
const RECEIVE_FLAGS = SEND_FLAGS | valueOf("MSG_PEEK") | WAIT_ALL;

/** What a call tells of what it has received. */
const TOLD_FLAGS = valueOf("MSG_OOB") | valueOf("MSG_TRUNC") |
  valueOf("MSG_CTRUNC");

/** What to send, and how. */
export interface Sending {
  readonly buffers: readonly Bytes[];
  readonly flags: number;
  /** Null if the socket is connected. */
  readonly to: Readonly<SockAddr> | null;
}

/** Where to receive, and how. */
export interface Receiving {
  readonly buffers: readonly Bytes[];
  readonly flags: number;
  /** Where the address of the sender goes. */
  readonly from: SockAddr | null;
}

/** A buffer of which a part is used, as C passes it. */
export interface PartOfBuffer {
  readonly buf: Bytes;
  readonly len: number;
  readonly flags: number;
}

/** Sends the first bytes of a buffer. */
export function sendPart(
  sockets: NativeSockets,
  s: number,
  { buf, len, flags, to }: PartOfBuffer & Pick<Sending, "to">,
  waits: boolean,
): Outcome {
  if (!isPart(buf, len)) return -WSAEFAULT;
  const buffers = [buf.subarray(0, len)];
  return sendBytes(sockets, s, { buffers, flags, to }, waits);
}

/** Receives into the beginning of a buffer. */
export function receivePart(
  sockets: NativeSockets,
  s: number,
  { buf, len, flags, from }: PartOfBuffer & Pick<Receiving, "from">,
  waits: boolean,
): Outcome {
  if (!isPart(buf, len)) return -WSAEFAULT;
  const buffers = [buf.subarray(0, len)];
  return receiveBytes(sockets, s, { buffers, flags, from }, waits).outcome;
}

function isPart(buf: Bytes, len: number): boolean {
  return Number.isInteger(len) && len >= 0 && len <= buf.length;
}

/** Sends bytes; of a stream, as many as the system takes. */
function sendBytes(
  sockets: NativeSockets,
  s: number,
  { buffers, flags, to }: Sending,
  waits: boolean,
): Outcome {
  const fault = findFault(buffers, flags & ~SEND_FLAGS);
  if (fault !== 0) return -fault;
  const send = (raw: Bytes | null): Outcome =>
    sockets.send(s, buffers, { flags, to: raw, waits });
  const outcome = to === null ? send(null) : withGrantedAddress(to, send);
  if (outcome > 0) noteConnected(s);
  if (outcome === -WSAECONNABORTED) return -whyAborted(s);
  // POSIX tells datagrams without a destination from streams without a peer.
  return outcome === -WSAEDESTADDRREQ ? -WSAENOTCONN : asReset(s, outcome);
}

/**
 * Winsock takes the answer that nobody has the port (ICMP) for a reset; that of
 * a stream ends the making of its connection.
 */
function asReset(s: number, outcome: Outcome): Outcome {
  return outcome === -WSAECONNREFUSED && !knownState(s)?.isConnecting
    ? -WSAECONNRESET
    : outcome;
}

/** POSIX has one error for a send that no peer can get (EPIPE). */
function whyAborted(s: number): number {
  const state = knownState(s);
  if (state?.isSendShut) return WSAESHUTDOWN;
  return state?.isConnected === false ? WSAENOTCONN : WSAECONNABORTED;
}

/** Receives bytes, and tells where they come from. */
function receiveBytes(
  sockets: NativeSockets,
  s: number,
  receiving: Receiving,
  waits: boolean,
): Received {
  const { buffers, flags, from } = receiving;
  const fault = findReceiveFault(sockets, s, receiving, waits);
  if (fault !== 0) return { outcome: -fault, flags: 0 };
  const room = from === null ? null : addressRoom;
  const received = sockets.receive(s, buffers, { flags, from: room, waits });
  const { outcome } = received;
  if (outcome > 0) noteConnected(s);
  const isReceived = outcome >= 0 || outcome === -WSAEMSGSIZE;
  if (from !== null && isReceived) addressRoom.tell(from);
  return { outcome: asReset(s, outcome), flags: received.flags };
}

/** Why nothing can be received: a Winsock code; 0 if it can. */
function findReceiveFault(
  sockets: NativeSockets,
  s: number,
  { buffers, flags }: Receiving,
  waits: boolean,
): number {
  // Without waiting there is no telling whether there is enough for that.
  const allowed = waits ? RECEIVE_FLAGS : RECEIVE_FLAGS & ~WAIT_ALL;
  const fault = findFault(buffers, flags & ~allowed);
  if (fault !== 0) return fault;
  const state = knownState(s);
  if (state?.isReceiveShut) return WSAESHUTDOWN;
  if (!state?.isUnbound) return 0;
  state.isUnbound = askBoundName(sockets, s) === -WSAEINVAL;
  return state.isUnbound ? WSAEINVAL : 0;
}

/** The same for calls that tell their counts elsewhere: 0 if it is sent. */
export function sendBuffers(
  sockets: NativeSockets,
  s: number,
  sending: Sending,
  sent: Uint32Array | null,
  waits: boolean,
): Outcome {
  const outcome = sendBytes(sockets, s, sending, waits);
  if (outcome < 0) return outcome;
  if (sent !== null) sent[0] = outcome;
  return 0;
}

/** Where a call of several buffers tells what it has received. */
export interface ReceivedTold {
  readonly count: Uint32Array | null;
  /** It has the flags of the call before. */
  readonly flags: Uint32Array;
}

/** The same for calls that tell their counts elsewhere: 0 if it is received. */
export function receiveBuffers(
  sockets: NativeSockets,
  s: number,
  receiving: Omit<Receiving, "flags">,
  told: ReceivedTold,
  waits: boolean,
): Outcome {
  const { outcome, flags } = receiveBytes(
    sockets,
    s,
    { ...receiving, flags: told.flags[0] ?? 0 },
    waits,
  );
  const isReceived = outcome >= 0 || outcome === -WSAEMSGSIZE;
  if (isReceived) told.flags[0] = flags & TOLD_FLAGS;
  if (outcome < 0) return outcome;
  if (told.count !== null) told.count[0] = outcome;
  return 0;
}

function findFault(buffers: readonly Bytes[], unknownFlags: number): number {
  if (unknownFlags !== 0) return WSAEOPNOTSUPP;
  if (buffers.length === 0) return WSAEINVAL;
  return buffers.length > MAX_BUFFERS ? WSAEMSGSIZE : 0;
}
