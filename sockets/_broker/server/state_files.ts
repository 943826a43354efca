/** Nobody but the owner may do anything. */
const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;

/**
 * Makes the state directory if there is none.
 *
 * @throws {Error} If it is not a directory that only this user can enter.
 */
export function prepareDirectory(directory: string, uid: number): void {
  Deno.mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  const problem = directoryProblem(Deno.lstatSync(directory), uid);
  if (problem !== null) {
    throw new Error(
      `Cannot use the state directory "${directory}": ${problem}`,
    );
  }
}

/** What is wrong with a state directory; null if nothing is. */
export function directoryProblem(
  { isDirectory, uid: owner, mode }: Pick<
    Deno.FileInfo,
    "isDirectory" | "mode" | "uid"
  >,
  uid: number,
): string | null {
  // Somebody else may have put a link there, in a folder such as /tmp.
  if (!isDirectory) return "it is no directory";
  if (owner !== uid) return "it belongs to another user";
  return ((mode ?? 0) & OTHERS) === 0
    ? null
    : "others may enter it: its mode must be 0700";
}

/**
 * Locks a state directory for as long as the file is open, at most until this
 * process ends; null if another process has locked it.
 */
export function lockDirectory(directory: string): Deno.FsFile | null {
  const file = Deno.openSync(`${directory}/broker.lock`, {
    create: true,
    write: true,
    mode: PRIVATE_FILE,
  });
  if (file.tryLockSync(true)) return file;
  file.close();
  return null;
}

/** The log in a state directory. */
export function openLogFile(directory: string): Deno.FsFile {
  return Deno.openSync(`${directory}/broker.log`, {
    append: true,
    create: true,
    mode: PRIVATE_FILE,
  });
}

/** Removes a file unless there is none. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
