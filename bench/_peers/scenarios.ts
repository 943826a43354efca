/**
 * What is measured: the rows of the tables, and the scenarios they are in.
 *
 * @module
 */

/** The programs that are compared, in the order of the tables. */
export const PEERS = ["c", "winrt", "deno", "node", "bun"] as const;

/** One of {@linkcode PEERS}; `winrt` is this library. */
export type Peer = typeof PEERS[number];

/**
 * A process that sends. This library has one with FFI, one with the unstable
 * calls of the runtime, and one with neither.
 */
export type SenderName = Peer | "winrt-ffi" | "winrt-unstable";

/** What the other side of datagrams does; see `senders/datagram_peer.c`. */
export type DatagramPeerMode = "sink" | "source";

/** Scenarios of one kind have the same rows. */
type Kind =
  | "many"
  | "large"
  | "few"
  | "trip"
  | "secure"
  | "messages"
  | "message-trip"
  | "datagrams"
  | "arrivals";

/** What a table shows of each row. */
export interface Figure {
  readonly name: string;
  readonly unit: "packets/s" | "µs";
}

/** Packets of a size, so many of them before they are awaited. */
export interface Scenario {
  readonly title: string;
  readonly kind: Kind;
  readonly size: number;
  readonly batch: number;
  readonly figures: readonly Figure[];
  /** The other side, if datagrams are sent. */
  readonly datagramPeer?: DatagramPeerMode;
}

/** A way to send of one program. */
interface Way {
  /** What the sender calls it. */
  readonly way: string;
  /** What the tables call it. */
  readonly label: string;
  readonly kinds: readonly Kind[];
  /** Whether it stands for its program where programs are compared. */
  readonly isHeadline?: boolean;
}

/** A way, and who sends by it. */
export interface Row extends Way {
  readonly peer: Peer;
  readonly sender: SenderName;
}

/** A scenario and the rows to measure in it. */
export interface Selection {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
}

const RATE: readonly Figure[] = [{ name: "", unit: "packets/s" }];
const TRIP: readonly Figure[] = [
  { name: "median", unit: "µs" },
  { name: "99th percentile", unit: "µs" },
];

const DATAGRAM_SIZES = [64, 512, 1200];
const DATAGRAM_BATCH = 64;

/** What is not TCP alone. */
const PROTOCOLS: { readonly [K in Kind]?: string } = {
  secure: "TLS, ",
  messages: "WebSocket, ",
};

/** All scenarios, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  createScenario("many", "64 B", 1000),
  createScenario("many", "1200 B", 1000),
  createScenario("large", "4 KiB", 100),
  createScenario("large", "16 KiB", 100),
  createScenario("large", "64 KiB", 100),
  createScenario("few", "64 B", 1),
  createScenario("few", "64 B", 10),
  createScenario("few", "64 B", 100),
  createScenario("secure", "64 B", 1000),
  createScenario("secure", "64 KiB", 100),
  {
    title: "Round trip of 64 B",
    kind: "trip",
    size: 64,
    batch: 1,
    figures: TRIP,
  },
  createScenario("messages", "64 B", 1000),
  createScenario("messages", "1200 B", 1000),
  {
    title: "WebSocket, round trip of 64 B",
    kind: "message-trip",
    size: 64,
    batch: 1,
    figures: TRIP,
  },
  ...DATAGRAM_SIZES.map((size): Scenario => ({
    title: `UDP, ${size} B × ${DATAGRAM_BATCH}`,
    kind: "datagrams",
    size,
    batch: DATAGRAM_BATCH,
    figures: RATE,
    datagramPeer: "sink",
  })),
  // As many as fit into the buffer of a socket are on their way.
  ...DATAGRAM_SIZES.map((size): Scenario => ({
    title: `UDP received, ${size} B`,
    kind: "arrivals",
    size,
    batch: size > 100 ? 64 : 128,
    figures: RATE,
    datagramPeer: "source",
  })),
];

function createScenario(kind: Kind, length: string, batch: number): Scenario {
  const [count, unit] = length.split(" ");
  return {
    title: `${PROTOCOLS[kind] ?? ""}${length} × ${batch}`,
    kind,
    size: Number(count) * (unit === "KiB" ? 1024 : 1),
    batch,
    figures: RATE,
  };
}

const BATCHES: readonly Kind[] = ["many", "large", "few"];
const LONG: readonly Kind[] = ["many", "large"];
const MANY: readonly Kind[] = ["many"];
const SECURE: readonly Kind[] = ["secure"];
const TRIPS: readonly Kind[] = ["trip"];
const MESSAGES: readonly Kind[] = ["messages"];
const MESSAGE_TRIPS: readonly Kind[] = ["message-trip"];
const DATAGRAMS: readonly Kind[] = ["datagrams"];
const ARRIVALS: readonly Kind[] = ["arrivals"];

const FLUSH = "writeAsync × n, flushAsync";
const TRIP_LABEL = "writeAsync, readAsync";
const MESSAGE_LABEL = "WebSocket, send × n";
const MESSAGE_TRIP_LABEL = 'WebSocket, send, "message"';

const WAYS: readonly (readonly [SenderName, readonly Way[]])[] = [
  ["c", [
    { way: "writev", label: "writev", kinds: BATCHES, isHeadline: true },
    { way: "memcpy", label: "memcpy, write", kinds: BATCHES },
    { way: "write", label: "write each", kinds: BATCHES },
    { way: "ping-pong", label: "write, read", kinds: TRIPS, isHeadline: true },
    {
      way: "udp-send-segments",
      label: "send, UDP_SEGMENT",
      kinds: DATAGRAMS,
      isHeadline: true,
    },
    { way: "udp-send-many", label: "sendmmsg", kinds: DATAGRAMS },
    { way: "udp-send", label: "send each", kinds: DATAGRAMS },
    {
      way: "udp-receive",
      label: "recvmmsg",
      kinds: ARRIVALS,
      isHeadline: true,
    },
  ]],
  ["winrt-ffi", [
    { way: "flush", label: FLUSH, kinds: BATCHES, isHeadline: true },
    { way: "writer", label: "writer.write × n, flushAsync", kinds: MANY },
    { way: "store-once", label: "writeBytes × n, storeAsync", kinds: MANY },
    { way: "store-each", label: "storeAsync × n, flushAsync", kinds: MANY },
    { way: "tasks", label: "writeAsync by 100 tasks", kinds: MANY },
    { way: "pipe-to", label: "pipeTo", kinds: MANY },
    { way: "each", label: "await writeAsync each", kinds: LONG },
    { way: "ping-pong", label: TRIP_LABEL, kinds: TRIPS, isHeadline: true },
    { way: "ping-pong-awaited", label: "await writeAsync", kinds: TRIPS },
    { way: "tls-flush", label: FLUSH, kinds: SECURE, isHeadline: true },
    { way: "tls-each", label: "await writeAsync each", kinds: SECURE },
    {
      way: "tls-told-flush",
      label: "collectTlsInformation, writeAsync × n, flushAsync",
      kinds: SECURE,
    },
    {
      way: "ws-flush",
      label: `MessageWebSocket, ${FLUSH}`,
      kinds: MESSAGES,
      isHeadline: true,
    },
    {
      way: "ws-ping-pong",
      label: "MessageWebSocket, messagereceived",
      kinds: MESSAGE_TRIPS,
      isHeadline: true,
    },
    { way: "ping-pong", label: `TCP, ${TRIP_LABEL}`, kinds: MESSAGE_TRIPS },
    { way: "udp-send", label: FLUSH, kinds: DATAGRAMS, isHeadline: true },
    {
      way: "udp-receive",
      label: "for await",
      kinds: ARRIVALS,
      isHeadline: true,
    },
    { way: "udp-receive-events", label: "messagereceived", kinds: ARRIVALS },
  ]],
  ["winrt-unstable", [
    { way: "udp-send", label: FLUSH, kinds: DATAGRAMS },
    { way: "udp-receive", label: "for await", kinds: ARRIVALS },
  ]],
  ["winrt", [
    { way: "flush", label: FLUSH, kinds: BATCHES },
    { way: "ping-pong", label: TRIP_LABEL, kinds: TRIPS },
    { way: "ws-flush", label: `MessageWebSocket, ${FLUSH}`, kinds: MESSAGES },
    { way: "udp-send", label: FLUSH, kinds: DATAGRAMS },
    { way: "udp-receive", label: "for await", kinds: ARRIVALS },
  ]],
  ["deno", [
    {
      way: "write",
      label: "conn.write each",
      kinds: BATCHES,
      isHeadline: true,
    },
    { way: "writer", label: "conn.writable, write each", kinds: LONG },
    { way: "pipe-to", label: "pipeTo(conn.writable)", kinds: MANY },
    { way: "ping-pong", label: "write, read", kinds: TRIPS, isHeadline: true },
    {
      way: "tls-write",
      label: "conn.write each",
      kinds: SECURE,
      isHeadline: true,
    },
    {
      way: "ws-send",
      label: MESSAGE_LABEL,
      kinds: MESSAGES,
      isHeadline: true,
    },
    {
      way: "ws-ping-pong",
      label: MESSAGE_TRIP_LABEL,
      kinds: MESSAGE_TRIPS,
      isHeadline: true,
    },
    { way: "ping-pong", label: "TCP, write, read", kinds: MESSAGE_TRIPS },
    {
      way: "udp-send",
      label: "send × n, Promise.all",
      kinds: DATAGRAMS,
      isHeadline: true,
    },
    { way: "udp-send-each", label: "await send each", kinds: DATAGRAMS },
    {
      way: "udp-node-send-to",
      label: "node:dgram, send × n",
      kinds: DATAGRAMS,
    },
    {
      way: "udp-receive-into",
      label: "receive(buffer)",
      kinds: ARRIVALS,
      isHeadline: true,
    },
    { way: "udp-receive", label: "receive()", kinds: ARRIVALS },
    {
      way: "udp-node-receive",
      label: 'node:dgram, "message"',
      kinds: ARRIVALS,
    },
  ]],
  ["node", [
    {
      way: "cork",
      label: "cork, write × n, uncork",
      kinds: BATCHES,
      isHeadline: true,
    },
    { way: "write", label: "write each", kinds: BATCHES },
    {
      way: "ping-pong",
      label: 'write, "data"',
      kinds: TRIPS,
      isHeadline: true,
    },
    {
      way: "tls-cork",
      label: "cork, write × n, uncork",
      kinds: SECURE,
      isHeadline: true,
    },
    {
      way: "ws-send",
      label: "ws, send × n",
      kinds: MESSAGES,
      isHeadline: true,
    },
    {
      way: "ws-ping-pong",
      label: 'ws, send, "message"',
      kinds: MESSAGE_TRIPS,
      isHeadline: true,
    },
    {
      way: "udp-send",
      label: "connect, send × n",
      kinds: DATAGRAMS,
      isHeadline: true,
    },
    { way: "udp-send-to", label: "send × n", kinds: DATAGRAMS },
    {
      way: "udp-receive",
      label: '"message"',
      kinds: ARRIVALS,
      isHeadline: true,
    },
  ]],
  ["bun", [
    { way: "write", label: "write each", kinds: BATCHES, isHeadline: true },
    { way: "coalesce", label: "own 128 KiB buffer", kinds: BATCHES },
    {
      way: "ping-pong",
      label: "write, data()",
      kinds: TRIPS,
      isHeadline: true,
    },
    {
      way: "ws-send",
      label: MESSAGE_LABEL,
      kinds: MESSAGES,
      isHeadline: true,
    },
    {
      way: "ws-ping-pong",
      label: MESSAGE_TRIP_LABEL,
      kinds: MESSAGE_TRIPS,
      isHeadline: true,
    },
    {
      way: "udp-send-many",
      label: "sendMany",
      kinds: DATAGRAMS,
      isHeadline: true,
    },
    { way: "udp-send", label: "send each", kinds: DATAGRAMS },
    { way: "udp-receive", label: "data()", kinds: ARRIVALS, isHeadline: true },
  ]],
];

/** All rows, in the order of the tables. */
export const ROWS: readonly Row[] = WAYS.flatMap(([sender, ways]) =>
  ways.map((way) => ({ ...way, sender, peer: toPeer(sender) }))
);

function toPeer(sender: SenderName): Peer {
  return sender === "winrt-ffi" || sender === "winrt-unstable"
    ? "winrt"
    : sender;
}

/** How the tables name the senders. */
export const SENDER_NAMES: Readonly<Record<SenderName, string>> = {
  "c": "C",
  "winrt-ffi": "winrt, FFI",
  "winrt-unstable": "winrt, unstable",
  "winrt": "winrt",
  "deno": "Deno",
  "node": "Node",
  "bun": "Bun",
};

/**
 * Selects what to measure.
 *
 * @param peers Who can be measured.
 * @param only A part of the title of a scenario, or of a row as the tables
 * name it. What a row is compared with comes along.
 */
export function select(
  peers: ReadonlySet<Peer>,
  only: string = "",
): readonly Selection[] {
  const wanted = normalize(only);
  return SCENARIOS.flatMap((scenario) => {
    // The other side of datagrams is there in C alone.
    if (scenario.datagramPeer !== undefined && !peers.has("c")) return [];
    const isAll = normalize(scenario.title).includes(wanted);
    function isWanted({ sender, label }: Row): boolean {
      const name = `${SENDER_NAMES[sender]} ${label}`;
      return isAll || normalize(name).includes(wanted);
    }
    const rows = ROWS.filter((row) =>
      row.kinds.includes(scenario.kind) && peers.has(row.peer)
    );
    if (!rows.some(isWanted)) return [];
    return [{
      scenario,
      rows: rows.filter((row) => row.isHeadline || isWanted(row)),
    }];
  });
}

/** So that "x" can be typed for "×". */
function normalize(text: string): string {
  return text.toLowerCase().replaceAll("×", "x");
}
