import dgram from "node:dgram";
import { once } from "node:events";

/** An SRV record. */
export interface SrvRecord {
  priority: number;
  weight: number;
  port: number;
  target: string;
}

/** The records of a name. */
export interface DnsRecords {
  A?: readonly string[];
  AAAA?: readonly string[];
  SRV?: readonly SrvRecord[];
}

/**
 * What the server knows, by lower-case name without final dot. A name that is
 * not in it does not exist (NXDOMAIN); for a type that a name does not have
 * the answer is empty; `null` is for a name that is never answered.
 */
export type DnsZone = Readonly<Record<string, DnsRecords | null>>;

/** A running name server. */
export interface DnsServer {
  /** The UDP port of 127.0.0.1 that it listens on. */
  readonly port: number;
  /** The questions it was asked, such as `A db.example`. */
  readonly questions: readonly string[];
  /** Resolves when the next question has arrived. */
  nextQuestion(): Promise<void>;
  /** Stops it. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Question {
  readonly name: string;
  readonly type: keyof DnsRecords | undefined;
  /** Where the question ends in the message. */
  readonly end: number;
}

// RFC 1035, section 3.2.2; RFC 3596, section 2.1; RFC 2782.
const TYPE_NUMBERS = { A: 1, AAAA: 28, SRV: 33 } as const;
const CLASS_IN = 1;
const NXDOMAIN = 3;
const TTL = 0;
/** RFC 1035, section 4.1.1. */
const HEADER_LENGTH = 12;
/** RFC 1035, section 4.1.4: a pointer to the name in the question. */
const POINTER_TO_QUESTION = [0xc0, HEADER_LENGTH];

/** Starts a name server on the loopback address. */
export async function startDnsServer(zone: DnsZone): Promise<DnsServer> {
  const socket = dgram.createSocket("udp4");
  const questions: string[] = [];
  socket.on("message", (query, { address, port }) => {
    const question = readQuestion(query);
    questions.push(`${question.type} ${question.name}`);
    const records = zone[question.name];
    if (records === null) return;
    socket.send(answer(query, question, records), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const close = async (): Promise<void> => {
    socket.close();
    await once(socket, "close");
  };
  return {
    port: socket.address().port,
    questions,
    nextQuestion: async () => void await once(socket, "message"),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readQuestion(query: Uint8Array): Question {
  const labels: string[] = [];
  let i = HEADER_LENGTH;
  for (let length; (length = query[i]) !== 0 && length !== undefined;) {
    labels.push(new TextDecoder().decode(query.slice(i + 1, i + 1 + length)));
    i += 1 + length;
  }
  const number = ((query[i + 1] ?? 0) << 8) | (query[i + 2] ?? 0);
  const type = (["A", "AAAA", "SRV"] as const).find((type) =>
    TYPE_NUMBERS[type] === number
  );
  return { name: labels.join(".").toLowerCase(), type, end: i + 5 };
}

function answer(
  query: Uint8Array,
  { type, end }: Question,
  records: DnsRecords | undefined,
): Uint8Array {
  const data = type === undefined || records === undefined
    ? []
    : encodeRecords(type, records);
  const body = data.flatMap((bytes) => [
    ...POINTER_TO_QUESTION,
    ...uint16(type === undefined ? 0 : TYPE_NUMBERS[type]),
    ...uint16(CLASS_IN),
    ...uint16(0),
    ...uint16(TTL),
    ...uint16(bytes.length),
    ...bytes,
  ]);
  const head = query.slice(0, end);
  // QR and AA; RA and the response code; one question, the answers, no more.
  head.set([0x84, 0x80 | (records === undefined ? NXDOMAIN : 0)], 2);
  head.set([0, 1, ...uint16(data.length), 0, 0, 0, 0], 4);
  return Uint8Array.of(...head, ...body);
}

function encodeRecords(
  type: keyof DnsRecords,
  { A = [], AAAA = [], SRV = [] }: DnsRecords,
): number[][] {
  switch (type) {
    case "A":
      return A.map((address) => address.split(".").map(Number));
    case "AAAA":
      return AAAA.map(encodeIPv6);
    case "SRV":
      return SRV.map(({ priority, weight, port, target }) => [
        ...uint16(priority),
        ...uint16(weight),
        ...uint16(port),
        ...encodeName(target),
      ]);
  }
}

/** Only of groups and "::", so that it does not need the parser under test. */
function encodeIPv6(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last].flatMap(uint16);
}

/** RFC 1035, section 3.1: labels with their lengths; the root is empty. */
function encodeName(name: string): number[] {
  const labels = name.split(".").filter((label) => label !== "");
  return [
    ...labels.flatMap((label) => [
      label.length,
      ...new TextEncoder().encode(label),
    ]),
    0,
  ];
}

function uint16(value: number): number[] {
  return [value >> 8, value & 0xff];
}
