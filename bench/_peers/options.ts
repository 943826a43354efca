/**
 * The command line.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { type Peer, PEERS } from "./scenarios.ts";

/** The text of `--help`. */
export const HELP = `Sends the same packets by this library and by its peers

Usage: deno task bench:peers [options]

  --rounds <number>        how often each row is measured (default: 5)
  --milliseconds <number>  how long a row is measured in a round, after a third
                           of that to warm up (default: 250)
  --only <text>            only scenarios and rows whose name has this text,
                           such as "16 KiB" or "pipeTo"
  --peers <list>           which peers, of c,deno,node,bun (default: all)
  --report <path>          where the report goes (default: bench/report.html);
                           --report=- prints it in place of the tables
  --no-report              writes no report
  --help                   shows this help`;

/** What the command line asks for. */
export interface Options {
  readonly help: boolean;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly only: string;
  /** Of {@linkcode OTHERS}. */
  readonly peers: ReadonlySet<Peer>;
  /** Null for none. */
  readonly report: string | null;
}

/** A command line that cannot be followed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const VALUES = ["rounds", "milliseconds", "only", "peers", "report"];
/** Without this library, which is always measured. */
export const OTHERS: readonly Peer[] = PEERS.filter((peer) => peer !== "winrt");

/**
 * Reads the command line.
 *
 * @throws {UsageError} For what is not acceptable.
 */
export function parseOptions(args: readonly string[]): Options {
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: VALUES,
    negatable: ["report"],
    default: { report: "bench/report.html" },
    unknown: refuse,
  });
  // What follows "--" is not among the unknown.
  flags._.forEach(refuse);
  return {
    help: flags.help === true,
    rounds: toCount("rounds", flags.rounds, { fallback: 5, max: 1000 }),
    milliseconds: toCount("milliseconds", flags.milliseconds, {
      fallback: 250,
      max: 60_000,
    }),
    only: toText("only", flags.only) ?? "",
    peers: toPeers(flags.peers),
    report: flags.report === false
      ? null
      : toText("report", flags.report) ?? null,
  };
}

function refuse(arg: string | number): never {
  throw new UsageError(`Cannot use "${arg}": not an option, see --help`);
}

function toText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`Cannot use "--${name}": it has no value, see --help`);
}

function toCount(
  name: string,
  value: unknown,
  options: { fallback: number; max: number },
): number {
  const text = toText(name, value);
  if (text === undefined) return options.fallback;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= options.max) return count;
  throw new UsageError(
    `Cannot use "--${name} ${text}": not a whole number from 1 to ${options.max}`,
  );
}

function toPeers(value: unknown): ReadonlySet<Peer> {
  const text = toText("peers", value);
  if (text === undefined) return new Set(OTHERS);
  return new Set(
    text.split(",").map((name) => {
      const peer = OTHERS.find((peer) => peer === name.trim());
      if (peer !== undefined) return peer;
      throw new UsageError(
        `Cannot use "--peers ${text}": "${name}" is not one of ${
          OTHERS.join(", ")
        }`,
      );
    }),
  );
}
