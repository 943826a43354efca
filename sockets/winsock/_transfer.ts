import { addressRoom } from "./_address_room.ts";
import { MAX_BUFFERS } from "./_buffer_vector.ts";
import { valueOf } from "./_constant_table.ts";
import {
  WSAECONNABORTED,
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
import { knownState } from "./_socket_state.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const SEND_FLAGS = valueOf("MSG_OOB") | valueOf("MSG_DONTROUTE");
const RECEIVE_FLAGS = SEND_FLAGS | valueOf("MSG_PEEK") |
  valueOf("MSG_WAITALL");

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
  return outcome === -WSAECONNABORTED ? -whyAborted(s) : outcome;
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
  { buffers, flags, from }: Receiving,
  waits: boolean,
): Received {
  const fault = findFault(buffers, flags & ~RECEIVE_FLAGS);
  if (fault !== 0) return { outcome: -fault, flags: 0 };
  if (knownState(s)?.isReceiveShut) {
    return { outcome: -WSAESHUTDOWN, flags: 0 };
  }
  const room = from === null ? null : addressRoom;
  const received = sockets.receive(s, buffers, { flags, from: room, waits });
  const isReceived = received.outcome >= 0 || received.outcome === -WSAEMSGSIZE;
  if (from !== null && isReceived) addressRoom.tell(from);
  return received;
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
