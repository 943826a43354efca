import { toSocketError } from "../../errors/_classify.ts";
import {
  MSG_DONTWAIT,
  receiveMessage,
  sendMessage,
} from "../winsock/_descriptor_passing.ts";
import type { Libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { brokerLost, brokerTimedOut, toRefusal } from "./broker_failure.ts";
import { ProtocolFailure } from "./fields.ts";
import { FrameReader } from "./frame.ts";
import { ACKNOWLEDGED, parseReply } from "./protocol.ts";

const { EAGAIN, ECONNRESET, EINTR, EMFILE, EPIPE, SHUT_RDWR } = LINUX;

/** A connection to the broker, and what is done over it. */
export interface Call<T = unknown> {
  readonly libc: Libc;
  readonly socket: number;
  /** Such as `Cannot transfer the socket "a"`. */
  readonly action: string;
  /** Reads the result, before it is acknowledged; throws if it is none. */
  readonly parse: (result: unknown) => T;
}

/** What the broker has given. */
export interface Answer<T> {
  readonly result: T;
  readonly descriptors: readonly number[];
}

type Outcome = "done" | "refused" | "lost" | "timed-out";

/**
 * Makes one request, and waits until it is done.
 *
 * @returns The answer; null if the broker was about to end, and has not taken
 * the request.
 */
export function exchange<T>(
  call: Call<T>,
  frame: Uint8Array,
  sent: readonly number[],
): Answer<T> | null {
  const { libc, action, parse } = call;
  if (!sendAll(call, frame, sent)) return null;
  const descriptors: number[] = [];
  try {
    const text = readReply(call, descriptors);
    if (text === null) return null;
    const reply = parseReply(text);
    if (!reply.ok) throw toRefusal(reply.code, action);
    const result = parse(reply.result);
    const outcome = acknowledge(call);
    // A broker that has ended has closed its own copies: these are the only ones.
    const isOwner = outcome === "lost" && descriptors.length > 0;
    if (outcome !== "done" && !isOwner) {
      throw outcome === "lost" ? brokerLost(action) : brokerTimedOut(action);
    }
    return { result, descriptors };
  } catch (error) {
    for (const descriptor of descriptors) libc.call.close(descriptor);
    // What does not speak the protocol is none of this library, or another one.
    const isForeign = error instanceof ProtocolFailure ||
      error instanceof RangeError || error instanceof TypeError;
    throw isForeign ? toRefusal("bad-request", action) : error;
  }
}

/** Whether the broker has not ended in between. */
function sendAll(
  { libc, socket, action }: Call,
  frame: Uint8Array,
  descriptors: readonly number[],
): boolean {
  let count = 0;
  while (count < frame.length) {
    const rest = count === 0 ? descriptors : [];
    const sent = sendMessage(libc, socket, frame.subarray(count), rest);
    if (sent === -EPIPE || sent === -ECONNRESET) return false;
    if (sent < 0 && sent !== -EINTR) throw callFailure(sent, action);
    count += Math.max(sent, 0);
  }
  return true;
}

/** The reply; null if the broker has ended before it. */
function readReply(call: Call, descriptors: number[]): string | null {
  const reader = new FrameReader();
  while (true) {
    const received = receive(call);
    if (typeof received === "number") {
      if (received !== -ECONNRESET) throw callFailure(received, call.action);
      return endOf(reader, call.action);
    }
    descriptors.push(...received.descriptors);
    // The kernel drops those that this process may not open.
    if (received.isCut) throw callFailure(-EMFILE, call.action);
    if (received.bytes.length === 0) return endOf(reader, call.action);
    const text = reader.push(received.bytes);
    if (text !== null) return text;
  }
}

function endOf(reader: FrameReader, action: string): null {
  if (reader.isEmpty) return null;
  throw brokerLost(action);
}

/** Says that the reply has come, and waits for the broker to have done it. */
function acknowledge(call: Call): Outcome {
  const { libc, socket } = call;
  // If that fails, what can be read tells why.
  sendMessage(libc, socket, Uint8Array.of(ACKNOWLEDGED));
  const outcome = readOutcome(call, 0);
  // It closes the connection after its descriptors.
  if (outcome === "done") receive(call);
  if (outcome !== "timed-out") return outcome;
  // From here on the broker cannot tell that it is done: it takes all back.
  libc.call.shutdown(socket, SHUT_RDWR);
  return readOutcome(call, MSG_DONTWAIT) === "done" ? "done" : outcome;
}

function readOutcome(call: Call, flags: number): Outcome {
  const received = receive(call, flags);
  if (received === -EAGAIN) return "timed-out";
  if (typeof received === "number") return "lost";
  const [byte] = received.bytes;
  if (byte === undefined) return "lost";
  return byte === ACKNOWLEDGED ? "done" : "refused";
}

function receive(
  { libc, socket }: Call,
  flags?: number,
): ReturnType<typeof receiveMessage> {
  while (true) {
    const received = receiveMessage(libc, socket, flags);
    if (received !== -EINTR) return received;
  }
}

function callFailure(result: number, action: string): Error {
  if (result === -EAGAIN) return brokerTimedOut(action);
  return toSocketError(new Error(`Failed (os error ${-result})`), action);
}
