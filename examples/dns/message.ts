import { DataWriter, HostName } from "@winrt/sockets";
import { malformed, readName, writeName } from "./name.ts";

/** RFC 1035, section 4.1.1: the size of the header. */
const HEADER_SIZE = 12;
/** RFC 1035, section 3.2.4: the Internet. */
const CLASS_IN = 1;
/** RFC 1035, section 4.1.1: this is a response; recursion is desired. */
const RESPONSE = 0x8000;
const RECURSION_DESIRED = 0x0100;

/** Types of records (RFC 1035, section 3.2.2; RFC 3596, section 2.1). */
export const RecordType = { A: 1, PTR: 12, AAAA: 28 } as const;
export type RecordType = typeof RecordType[keyof typeof RecordType];

/** A question. */
export interface DnsQuery {
  /** Comes back in the response; 0 in multicast DNS. */
  readonly id: number;
  readonly name: string;
  readonly type: RecordType;
  /** Whether the server shall ask others. */
  readonly recursion?: boolean;
}

/** What a name stands for. */
export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /** How long it holds, in seconds. */
  readonly ttl: number;
  /** An address, or a name; null for other types. */
  readonly data: string | null;
}

/** An answer to a question. */
export interface DnsResponse {
  readonly id: number;
  /** 0: no error; 3: there is no such name (RFC 1035, section 4.1.1). */
  readonly code: number;
  readonly answers: readonly DnsRecord[];
}

/** Makes the message of a question. */
export function encodeQuery(
  { id, name, type, recursion = false }: DnsQuery,
): Uint8Array<ArrayBuffer> {
  const writer = new DataWriter();
  writer.writeUInt16(id);
  writer.writeUInt16(recursion ? RECURSION_DESIRED : 0);
  // One question, no answers, authorities and additional records.
  for (const count of [1, 0, 0, 0]) writer.writeUInt16(count);
  writeName(writer, name);
  writer.writeUInt16(type);
  writer.writeUInt16(CLASS_IN);
  return writer.detachBuffer();
}

/**
 * Reads the message of an answer; null if it is a question.
 *
 * @throws {RangeError} If it is malformed.
 */
export function decodeResponse(message: Uint8Array): DnsResponse | null {
  if (message.length < HEADER_SIZE) throw malformed("it ends in its header");
  const view = viewOf(message);
  const flags = view.getUint16(2);
  if ((flags & RESPONSE) === 0) return null;
  let position = HEADER_SIZE;
  for (let rest = view.getUint16(4); rest > 0; rest--) {
    position = readName(message, position).end + 4;
  }
  const answers: DnsRecord[] = [];
  for (let rest = view.getUint16(6); rest > 0; rest--) {
    const { record, end } = readRecord(message, position);
    answers.push(record);
    position = end;
  }
  return { id: view.getUint16(0), code: flags & 0xF, answers };
}

function readRecord(
  message: Uint8Array,
  start: number,
): { readonly record: DnsRecord; readonly end: number } {
  const { name, end: position } = readName(message, start);
  const dataStart = position + 10;
  if (message.length < dataStart) throw malformed("it ends within a record");
  const view = viewOf(message);
  const type = view.getUint16(position);
  const ttl = view.getUint32(position + 4);
  const end = dataStart + view.getUint16(position + 8);
  if (message.length < end) throw malformed("it ends within a record");
  const data = type === RecordType.PTR
    ? readName(message, dataStart).name
    : toAddress(type, message.subarray(dataStart, end));
  return { record: { name, type, ttl, data }, end };
}

/** The text of an address; null if it is none. */
function toAddress(type: number, data: Uint8Array): string | null {
  if (type === RecordType.A && data.length === 4) return data.join(".");
  if (type !== RecordType.AAAA || data.length !== 16) return null;
  const view = viewOf(data);
  const groups = Array.from(
    { length: 8 },
    (_, index) => view.getUint16(2 * index).toString(16),
  );
  return new HostName(groups.join(":")).canonicalName;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
