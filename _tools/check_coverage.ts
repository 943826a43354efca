// deno-lint-ignore-file no-console -- it prints what it finds
/**
 * Checks the line coverage of every source folder, from the raw data that
 * `deno test --coverage` leaves.
 *
 * @module
 */
import { report, runDeno, toProjectPath } from "./_project.ts";

/** The lines of a file or a folder. */
export interface LineCount {
  readonly covered: number;
  readonly total: number;
}

/** How much of a folder must be covered, in percent. */
const REQUIRED: Readonly<Record<string, number>> = {
  "errors": 95,
  "sockets/addressing": 95,
  "sockets/streams": 95,
};
const REQUIRED_ELSEWHERE = 90;
const SOURCE_FOLDER_REGEXP = /^(errors|sockets\/[^/]+)\//;

/** Counts the lines of every source file in a report of the lcov format. */
export function parseLcov(lcov: string): ReadonlyMap<string, LineCount> {
  const files = new Map<string, LineCount>();
  for (const record of lcov.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    const path = file === undefined ? null : toPath(file.trim());
    if (path === null || !SOURCE_FOLDER_REGEXP.test(path)) continue;
    const hits = [...record.matchAll(/^DA:\d+,(\d+)/gm)];
    const covered = hits.filter(([, count]) => count !== "0").length;
    files.set(path, { covered, total: hits.length });
  }
  return files;
}

/** Windows has `C:\a\b.ts` where an address has `file:///C:/a/b.ts`. */
function toPath(file: string): string | null {
  const path = file.replaceAll("\\", "/");
  const { href } = new URL(`file:///${path.replace(/^\//, "")}`);
  return toProjectPath(href);
}

/** Adds up the lines of the files of each folder. */
export function sumFolders(
  files: ReadonlyMap<string, LineCount>,
): ReadonlyMap<string, LineCount> {
  const folders = new Map<string, LineCount>();
  for (const [path, { covered, total }] of files) {
    const folder = SOURCE_FOLDER_REGEXP.exec(path)?.[1] ?? "";
    const sum = folders.get(folder) ?? { covered: 0, total: 0 };
    folders.set(folder, {
      covered: sum.covered + covered,
      total: sum.total + total,
    });
  }
  return folders;
}

/** Which folders have too little coverage. */
export function checkFolders(
  folders: ReadonlyMap<string, LineCount>,
): string[] {
  return [...folders].flatMap(([folder, count]) => {
    const required = toRequired(folder);
    return toPercent(count) >= required
      ? []
      : [`${folder}: ${format(count)} of the lines covered, not ${required} %`];
  });
}

function toRequired(folder: string): number {
  return REQUIRED[folder] ?? REQUIRED_ELSEWHERE;
}

function toPercent({ covered, total }: LineCount): number {
  return total === 0 ? 100 : 100 * covered / total;
}

function format(count: LineCount): string {
  return `${toPercent(count).toFixed(1)} %`;
}

if (import.meta.main) {
  const files = parseLcov(await runDeno(["coverage", "--lcov", "coverage/"]));
  const folders = sumFolders(files);
  for (const [path, count] of files) {
    const [, folder = ""] = SOURCE_FOLDER_REGEXP.exec(path) ?? [];
    if (toPercent(count) >= toRequired(folder)) continue;
    console.log(`${format(count).padStart(8)}  ${path}`);
  }
  console.table(Object.fromEntries(
    [...folders].map(([folder, count]) => [folder, {
      lines: count.total,
      covered: count.covered,
      percent: format(count),
      required: `${toRequired(folder)} %`,
    }]),
  ));
  // Native calls are made on Linux alone, so elsewhere those lines cannot run.
  const problems = Deno.build.os === "linux" ? checkFolders(folders) : [];
  if (files.size === 0) problems.push("coverage/: has no source file");
  report("coverage", problems);
}
