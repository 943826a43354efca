// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends the same packets by this library, by the runtime's own calls, by Node,
 * by Bun and by C, in one run: `deno task bench:peers --help`.
 *
 * @module
 */
import { compare, type ScenarioResult } from "./_peers/comparison.ts";
import { findPeers, type Peers } from "./_peers/find_peers.ts";
import { interleave } from "./_peers/interleave.ts";
import { describeMachine } from "./_peers/machine.ts";
import {
  HELP,
  type Options,
  parseOptions,
  UsageError,
} from "./_peers/options.ts";
import { Progress } from "./_peers/progress.ts";
import { formatReport } from "./_peers/report.ts";
import { formatRun, type Run } from "./_peers/run.ts";
import {
  type Peer,
  PEERS,
  select,
  type Selection,
} from "./_peers/scenarios.ts";
import { Session } from "./_peers/session.ts";

/** The exit codes; the last is how shells tell of a Ctrl-C. */
const EXIT = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

async function main(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    console.log(HELP);
    return EXIT.success;
  }
  // These faults show before the long work.
  selectRows(new Set(PEERS), options);
  await requestReport(options);
  const peers = await findPeers(options.peers, signal);
  const names = new Set(peers.found.map(({ peer }) => peer));
  const selections = selectRows(names, options);
  const results = await measure(peers, selections, { ...options, signal });
  const comparisons = compare(results);
  await show({ comparisons, machine: describeMachine(), peers, options });
  const rows = results.flatMap(({ results }) => results);
  const isWhole = rows.every(({ failure }) => failure === null);
  return isWhole ? EXIT.success : EXIT.failure;
}

function selectRows(
  peers: ReadonlySet<Peer>,
  { only }: Options,
): readonly Selection[] {
  const selections = select(peers, only);
  if (selections.length > 0) return selections;
  throw new UsageError(
    `Cannot use "--only ${only}": no scenario or row has this in its name`,
  );
}

async function requestReport({ report }: Options): Promise<void> {
  if (report === null || report === "-") return;
  const write = { name: "write", path: report } as const;
  const { state } = await Deno.permissions.request(write);
  if (state === "granted") return;
  throw new UsageError(
    `Cannot write "${report}": needs --allow-write=${report}`,
  );
}

async function measure(
  peers: Peers,
  selections: readonly Selection[],
  options: Options & { readonly signal: AbortSignal },
): Promise<ScenarioResult[]> {
  await using session = new Session(options);
  await session.start(peers, selections);
  const rows = selections.flatMap(({ rows }) => rows);
  const progress = new Progress(rows.length * options.rounds, {
    isTerminal: Deno.stderr.isTerminal(),
    write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  }, () => performance.now());
  try {
    return await interleave(selections, {
      ...options,
      measure: (scenario, row) => session.measure(scenario, row),
      onStep: ({ title }) => progress.advance(title),
    });
  } finally {
    progress.end();
  }
}

async function show(run: Run): Promise<void> {
  const { report } = run.options;
  if (report === "-") {
    console.log(formatReport(run).trimEnd());
    return;
  }
  console.log(formatRun(run));
  if (report === null) return;
  await Deno.writeTextFile(report, formatReport(run));
  console.log(`Report    ${report}`);
}

if (import.meta.main) {
  const interruption = new AbortController();
  Deno.addSignalListener("SIGINT", () => interruption.abort());
  let code: number;
  try {
    code = await main(Deno.args, interruption.signal);
  } catch (error) {
    code = toExitCode(error, interruption.signal);
    if (code !== EXIT.interrupted) console.error(describe(error));
  }
  // The handler of Ctrl-C would keep the process.
  Deno.exit(code);
}

function toExitCode(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

function describe(error: unknown): string {
  return `bench:peers: ${error instanceof Error ? error.message : error}`;
}
