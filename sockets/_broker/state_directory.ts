import { ArgumentError } from "../../errors/argument_error.ts";
import { LINUX_LAYOUTS } from "../winsock/_layouts.ts";
import type { Libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { chosenStateDirectory } from "./application.ts";

const VARIABLE = "WINRT_SOCKETS_BROKER";
const SOCKET_NAME = "broker.sock";
/** `sun_path` of 108 bytes holds so many, and the one that ends it (unix(7)). */
const MAX_PATH_SIZE = 107;
/** What others may do (inode(7)). */
const OTHERS = 0o077;
/** POSIX, `unistd.h`. */
const F_OK = 0;

/**
 * Where the broker of this user has its files: what the program has chosen, what
 * the environment says if it may be read, or the usual place.
 */
export function stateDirectory(libc: Libc): string {
  return chosenStateDirectory() ?? fromEnvironment() ??
    usualDirectory(libc.call.getuid(), (path) => exists(libc, path));
}

function fromEnvironment(): string | null {
  const asked = { name: "env", variable: VARIABLE } as const;
  if (Deno.permissions.querySync(asked).state !== "granted") return null;
  return Deno.env.get(VARIABLE) || null;
}

/** The directory of a user where none was chosen. */
export function usualDirectory(
  uid: number,
  exists: (path: string) => boolean,
): string {
  const runtime = `/run/user/${uid}`;
  return exists(runtime)
    ? `${runtime}/winrt-sockets`
    : `/tmp/winrt-sockets-${uid}`;
}

/** By a native call: no permission to read is needed. */
function exists({ call }: Libc, path: string): boolean {
  return call.access(new TextEncoder().encode(`${path}\0`), F_OK) === 0;
}

/**
 * The path of the socket that the broker listens on.
 *
 * @throws {ArgumentError} If the directory cannot hold one.
 */
export function socketPath(directory: string): string {
  const path = `${directory}/${SOCKET_NAME}`;
  const problem = directoryProblem(directory, path);
  if (problem === null) return path;
  throw new ArgumentError(
    `Cannot use the state directory ${JSON.stringify(directory)}: ${problem}`,
  );
}

function directoryProblem(directory: string, path: string): string | null {
  if (!directory.startsWith("/")) return "it must be an absolute path";
  if (directory.includes("\0")) return "it has a zero character";
  // It comes to stand in a list of permissions.
  if (directory.includes(",")) return "it has a comma";
  return new TextEncoder().encode(path).length > MAX_PATH_SIZE
    ? `a socket in it would have a path of more than ${MAX_PATH_SIZE} bytes`
    : null;
}

/** Whether a state directory can be trusted. */
export type DirectoryTrust = "absent" | "foreign" | "open" | "own";

/**
 * Looks at a state directory by a native call, which needs no permission to
 * read. In a folder such as /tmp another user may have been there first.
 */
export function directoryTrust(libc: Libc, path: string): DirectoryTrust {
  const { AT_FDCWD, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS } = LINUX;
  const { size, stx_uid, stx_mode } = LINUX_LAYOUTS.statx;
  const found = new Uint8Array(size);
  const result = libc.call.statx(
    AT_FDCWD,
    // A slash at the end would follow a link.
    new TextEncoder().encode(`${path.replace(/(?<=.)\/+$/, "")}\0`),
    AT_SYMLINK_NOFOLLOW,
    STATX_BASIC_STATS,
    found,
  );
  if (result !== 0) return "absent";
  const view = new DataView(found.buffer);
  const mode = view.getUint16(stx_mode, true);
  const isDirectory = (mode & LINUX.S_IFMT) === LINUX.S_IFDIR;
  const isOwn = view.getUint32(stx_uid, true) === libc.call.getuid();
  // Whoever starts a broker there is told what it is.
  if (!isDirectory) return "absent";
  if (!isOwn) return "foreign";
  return (mode & OTHERS) === 0 ? "own" : "open";
}
