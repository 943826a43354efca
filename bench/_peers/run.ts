/**
 * What a run has found, and its form as text.
 *
 * @module
 */
import type { Comparison } from "./comparison.ts";
import type { MissingPeer, Peers } from "./find_peers.ts";
import type { Machine } from "./machine.ts";
import { type Options, OTHERS } from "./options.ts";
import type { Peer } from "./scenarios.ts";
import { formatTable } from "./table.ts";

/** All that is told of a run. */
export interface Run {
  readonly comparisons: readonly Comparison[];
  readonly machine: Machine;
  readonly peers: Peers;
  readonly options: Options;
}

/** A name and a value. */
export type Fact = readonly [name: string, value: string];

const PEER_NAMES: Readonly<Record<Peer, string>> = {
  c: "C",
  winrt: "winrt",
  deno: "Deno",
  node: "Node",
  bun: "Bun",
};

/** The command that makes such a run again. */
export function toRepeat(options: Options): string {
  const { rounds, milliseconds, only, peers } = options;
  const isAll = OTHERS.every((peer) => peers.has(peer));
  return [
    "deno task bench:peers",
    `--rounds ${rounds}`,
    `--milliseconds ${milliseconds}`,
    ...(isAll ? [] : [`--peers ${[...peers].join(",")}`]),
    ...(only === "" ? [] : [`--only ${JSON.stringify(only)}`]),
  ].join(" ");
}

/** Where, when and by what a run was made, with the peers that are missing. */
export function toFacts({ machine, peers, options }: Run): Fact[] {
  const { rounds, milliseconds } = options;
  const isSinkInC = peers.found.some(({ peer }) => peer === "c");
  return [
    ["Machine", machine.processor],
    ["System", machine.system],
    ["Date", machine.date],
    ...peers.found.map(({ peer, version }): Fact => [
      PEER_NAMES[peer],
      version,
    ]),
    ...peers.missing.map((missing): Fact => [
      PEER_NAMES[missing.peer],
      describeMissing(missing),
    ]),
    ["Receiver", isSinkInC ? "in C" : "in Deno"],
    ["Rounds", `${rounds}, of ${milliseconds} ms a row, interleaved`],
    ["Repeat", toRepeat(options)],
  ];
}

function describeMissing({ reason }: MissingPeer): string {
  return `not measured: ${reason}`;
}

/** The tables and the facts as text. */
export function formatRun(run: Run): string {
  const facts = toFacts(run);
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const tables = run.comparisons.map(formatTable);
  return [...tables, lines.join("\n")].join("\n\n");
}
