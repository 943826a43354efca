import { assert, assertEquals } from "@std/assert";
import {
  PEERS,
  ROWS,
  SCENARIOS,
  select,
} from "../../bench/_peers/scenarios.ts";

const permissions = "none";
const all = new Set(PEERS);

Deno.test("SCENARIOS have the bytes and packets of their titles", {
  permissions,
}, () => {
  assertEquals(
    SCENARIOS.map(({ title, size, batch }) => [title, size, batch]),
    [
      ["64 B × 1000", 64, 1000],
      ["1200 B × 1000", 1200, 1000],
      ["4 KiB × 100", 4096, 100],
      ["16 KiB × 100", 16384, 100],
      ["64 KiB × 100", 65536, 100],
      ["64 B × 1", 64, 1],
      ["64 B × 10", 64, 10],
      ["64 B × 100", 64, 100],
      ["TLS, 64 B × 1000", 64, 1000],
      ["TLS, 64 KiB × 100", 65536, 100],
      ["Round trip of 64 B", 64, 1],
      ["WebSocket, 64 B × 1000", 64, 1000],
      ["WebSocket, 1200 B × 1000", 1200, 1000],
      ["WebSocket, round trip of 64 B", 64, 1],
      ["UDP, 64 B × 64", 64, 64],
      ["UDP, 512 B × 64", 512, 64],
      ["UDP, 1200 B × 64", 1200, 64],
      ["UDP received, 64 B", 64, 128],
      ["UDP received, 512 B", 512, 64],
      ["UDP received, 1200 B", 1200, 64],
    ],
  );
});

/** Who can send by TLS, and by WebSockets. */
const SECURE_PEERS = ["winrt", "deno", "node"];
const WEB_SOCKET_PEERS = [...SECURE_PEERS, "bun"];
const SENDERS: Readonly<Record<string, readonly string[]>> = {
  "secure": SECURE_PEERS,
  "messages": WEB_SOCKET_PEERS,
  "message-trip": WEB_SOCKET_PEERS,
};

Deno.test("ROWS have one headline of each peer in every scenario", {
  permissions,
}, () => {
  for (const { kind, title } of SCENARIOS) {
    const headlines = ROWS.filter((row) =>
      row.kinds.includes(kind) && row.isHeadline
    );
    const expected = SENDERS[kind] ?? [...PEERS];
    assertEquals(headlines.map(({ peer }) => peer), expected, title);
  }
});

Deno.test("select() leaves datagrams out where their other side is missing", {
  permissions,
}, () => {
  const peers = new Set(PEERS.filter((peer) => peer !== "c"));
  assertEquals(select(peers, "UDP"), []);
});

Deno.test("select() selects everything when there is no filter", {
  permissions,
}, () => {
  const selections = select(all);
  assertEquals(selections.map(({ scenario }) => scenario), [...SCENARIOS]);
  for (const { scenario, rows } of selections) {
    const expected = ROWS.filter(({ kinds }) => kinds.includes(scenario.kind));
    assertEquals(rows, expected);
  }
});

Deno.test("select() leaves out the rows of peers that are missing", {
  permissions,
}, () => {
  const selections = select(new Set(["winrt", "deno"] as const));
  const peers = selections.flatMap(({ rows }) => rows.map(({ peer }) => peer));
  assertEquals(new Set(peers), new Set(["winrt", "deno"] as const));
});

Deno.test("select() takes a part of the title of a scenario in any case", {
  permissions,
}, () => {
  for (const only of ["16 KiB × 100", "16 kib x 100"]) {
    const [selection, ...others] = select(all, only);
    assertEquals(others, []);
    assertEquals(selection?.scenario.title, "16 KiB × 100");
    assert(selection?.rows.some(({ isHeadline }) => !isHeadline));
  }
});

Deno.test("select() keeps the headlines when it takes a part of a row", {
  permissions,
}, () => {
  const selections = select(all, "winrt, FFI pipeTo");
  const titles = selections.map(({ scenario }) => scenario.title);
  assertEquals(titles, ["64 B × 1000", "1200 B × 1000"]);
  for (const { rows } of selections) {
    assertEquals(
      rows.filter(({ isHeadline }) => !isHeadline).map(({ way }) => way),
      ["pipe-to"],
    );
    const headlines = rows.filter(({ isHeadline }) => isHeadline);
    assertEquals(headlines.map(({ peer }) => peer), [...PEERS]);
  }
});

Deno.test("select() selects nothing when no name has the text", {
  permissions,
}, () => {
  assertEquals(select(all, "carrier pigeon"), []);
});
