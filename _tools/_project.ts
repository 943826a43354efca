// deno-lint-ignore-file no-console -- it prints what it finds
/** What the checks share: where the project is, its sources, and how to run Deno. */

/** The folder of the project, with a slash at the end. */
export const ROOT: URL = new URL("../", import.meta.url);

/** The module that holds the whole public surface. */
export const ROOT_MODULE = "mod.ts";

/** The folders with sources, beside {@linkcode ROOT_MODULE}. */
const SOURCE_FOLDERS = ["errors", "sockets"];

/**
 * Folders that are a subpath each, apart from {@linkcode ROOT_MODULE}: they
 * have names that would crowd it.
 */
export const SUBPATH_FOLDERS: readonly string[] = ["sockets/winsock"];

/** The modules that a program can import to have all, in whole or in part. */
export function findEntries(paths: Iterable<string>): string[] {
  const all = new Set(paths);
  const mods = SUBPATH_FOLDERS.map((folder) => `${folder}/${ROOT_MODULE}`);
  return [ROOT_MODULE, ...mods.filter((path) => all.has(path))];
}

/** The part of `deno.json` that the checks read. */
export interface DenoConfig {
  readonly exports: Readonly<Record<string, string>>;
}

/** Reads `deno.json`. */
export async function readConfig(): Promise<DenoConfig> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
}

/** The text of every source file by its path, which is relative and has `/`. */
export async function readSources(): Promise<ReadonlyMap<string, string>> {
  const paths = [ROOT_MODULE];
  for (const folder of SOURCE_FOLDERS) paths.push(...await listFolder(folder));
  const sources = paths.sort().map(async (path) =>
    [path, await Deno.readTextFile(new URL(path, ROOT))] as const
  );
  return new Map(await Promise.all(sources));
}

async function listFolder(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await listFolder(path));
    else if (entry.name.endsWith(".ts")) paths.push(path);
  }
  return paths;
}

/** Whether a path has a part that starts with `_`. */
export function isInternal(path: string): boolean {
  return path.split("/").some((part) => part.startsWith("_"));
}

/** Whether a file only collects the exports of others. */
export function isModFile(path: string): boolean {
  return path === ROOT_MODULE || path.endsWith(`/${ROOT_MODULE}`);
}

/** Turns a `file:` address inside the project into a path; null for others. */
export function toProjectPath(specifier: string): string | null {
  return specifier.startsWith(ROOT.href)
    ? decodeURIComponent(specifier.slice(ROOT.href.length))
    : null;
}

/**
 * Runs this Deno in the project and gives what it prints.
 *
 * @throws {Error} If it fails; the message is what it wrote to stderr.
 */
export async function runDeno(args: readonly string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    throw new Error(
      `Cannot run "deno ${args[0]}": ${new TextDecoder().decode(stderr)}`,
    );
  }
  return new TextDecoder().decode(stdout);
}

/** Prints what a check found, and ends the process with 1 if that is not nothing. */
export function report(check: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0
      ? `${check}: ok`
      : `${check}: ${problems.length} problem(s)`,
  );
  if (problems.length > 0) Deno.exit(1);
}
