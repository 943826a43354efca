/**
 * Checks that every public file has its subpath in `exports` of `deno.json` and
 * is exported through the mod files. With `--fix` it writes `exports` anew.
 *
 * @module
 */
import {
  findEntries,
  isInternal,
  isModFile,
  readConfig,
  readSources,
  report,
  ROOT,
  ROOT_MODULE,
  SUBPATH_FOLDERS,
} from "./_project.ts";

type Sources = ReadonlyMap<string, string>;
type Exports = Readonly<Record<string, string>>;

const MODULE_DOC_REGEXP = /^\s*\/\*\*(?:[^*]|\*(?!\/))*\*\//;
const EXPORT_LINE_REGEXP = /^export \* from "(\.\/[^"]+)";$/;
const CONFIG_EXPORTS_REGEXP = /"exports": (?:\{[^{}]*\}|"[^"]*")/;

/**
 * The `exports` that `deno.json` should have, sorted: one kebab-case subpath,
 * named after the file, for each public file. A folder of
 * {@linkcode SUBPATH_FOLDERS} has one for all of its files, named after it.
 *
 * @throws {Error} If two files would have the same subpath.
 */
export function expectedExports(paths: Iterable<string>): Exports {
  const subpaths = new Map<string, string>();
  for (const path of paths) {
    const subpath = toSubpath(path);
    if (isInternal(path) || subpath === null) continue;
    const other = subpaths.get(subpath);
    if (other !== undefined) {
      throw new Error(
        `Cannot export "${path}" as "${subpath}": that is "${other}"`,
      );
    }
    subpaths.set(subpath, path);
  }
  const sorted = [...subpaths].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([subpath, path]) => [subpath, `./${path}`] as const);
  return Object.fromEntries([[".", `./${ROOT_MODULE}`], ...sorted]);
}

/** The subpath of a file; null if it is in that of another. */
function toSubpath(path: string): string | null {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const isWhole = SUBPATH_FOLDERS.includes(folder);
  if (isWhole !== isModFile(path)) return null;
  const file = isWhole ? folder : path.slice(0, -".ts".length);
  const name = file.slice(file.lastIndexOf("/") + 1);
  return `./${name.replaceAll("_", "-")}`;
}

/** What is wrong with `exports` of `deno.json`. */
export function checkConfig(exports: Exports, sources: Sources): string[] {
  const problems: string[] = [];
  const expected = expectedExports(sources.keys());
  for (const [subpath, target] of Object.entries(expected)) {
    if (exports[subpath] === target) continue;
    problems.push(`deno.json: "${subpath}" should be "${target}"`);
  }
  for (const [subpath, target] of Object.entries(exports)) {
    if (subpath in expected) continue;
    const reason = sources.has(target.replace("./", ""))
      ? "is not the subpath of that file"
      : "points at no file";
    problems.push(`deno.json: "${subpath}": "${target}" ${reason}`);
  }
  return problems;
}

/** What is wrong with the mod files, and which files they do not reach. */
export function checkModFiles(sources: Sources): string[] {
  const problems: string[] = [];
  const reached = new Set<string>();
  for (const path of findEntries(sources.keys())) {
    collect(path, { sources, reached, problems });
  }
  for (const path of sources.keys()) {
    if (isInternal(path) || reached.has(path)) continue;
    problems.push(`${path}: ${ROOT_MODULE} does not export it`);
  }
  return problems;
}

interface Collection {
  readonly sources: Sources;
  readonly reached: Set<string>;
  readonly problems: string[];
}

function collect(path: string, collection: Collection): void {
  const { sources, reached, problems } = collection;
  if (reached.has(path)) {
    problems.push(`${path}: exported more than once`);
    return;
  }
  reached.add(path);
  if (!isModFile(path)) return;
  const text = sources.get(path) ?? "";
  if (path === ROOT_MODULE && !MODULE_DOC_REGEXP.test(text)) {
    problems.push(`${path}: has no module doc`);
  }
  const folder = path.slice(0, -ROOT_MODULE.length);
  for (const line of text.replace(MODULE_DOC_REGEXP, "").split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const target = EXPORT_LINE_REGEXP.exec(line)?.[1];
    if (target === undefined) {
      problems.push(`${path}: has more than "export *": ${line.trim()}`);
      continue;
    }
    const targetPath = folder + target.slice("./".length);
    if (isInternal(targetPath)) {
      problems.push(`${path}: exports the internal ${targetPath}`);
    } else if (sources.has(targetPath)) collect(targetPath, collection);
    else problems.push(`${path}: exports ${targetPath}, which does not exist`);
  }
}

async function fix(sources: Sources): Promise<void> {
  const config = new URL("deno.json", ROOT);
  const text = await Deno.readTextFile(config);
  const exports = JSON.stringify(expectedExports(sources.keys()), null, 2)
    .replaceAll("\n", "\n  ");
  const fixed = text.replace(
    CONFIG_EXPORTS_REGEXP,
    () => `"exports": ${exports}`,
  );
  await Deno.writeTextFile(config, fixed);
}

if (import.meta.main) {
  const sources = await readSources();
  if (Deno.args.includes("--fix")) await fix(sources);
  const { exports } = await readConfig();
  report("exports", [
    ...checkConfig(exports, sources),
    ...checkModFiles(sources),
  ]);
}
