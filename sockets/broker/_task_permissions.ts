import { ArgumentError } from "../../errors/argument_error.ts";
import type { BackgroundTaskPermissions } from "./background_task_permissions.ts";

/** One permission: as `deno run` takes it, and as it is asked for. */
export interface TaskPermission {
  readonly flag: string;
  readonly descriptor: Deno.PermissionDescriptor;
}

type Kind = keyof BackgroundTaskPermissions;

/**
 * The permissions of a task, one by one.
 *
 * @throws {ArgumentError} If a value is not of that kind.
 */
export function taskPermissions(
  permissions: BackgroundTaskPermissions,
): TaskPermission[] {
  const { env, import: hosts, net, read, run, sys, write } = permissions;
  return [
    ...list("env", env, (variable) => ({ name: "env", variable })),
    ...list("import", hosts, (host) => ({ name: "import", host })),
    ...list("net", net, (host) => ({ name: "net", host })),
    ...list("read", read, (path) => ({ name: "read", path })),
    ...list("run", run, (command) => ({ name: "run", command })),
    ...list("sys", sys, (kind) => ({ name: "sys", kind })),
    ...list("write", write, (path) => ({ name: "write", path })),
  ];
}

function list<T extends string>(
  kind: Kind,
  values: boolean | readonly T[] | undefined,
  describe: (value: T) => Deno.PermissionDescriptor,
): TaskPermission[] {
  const name = `--allow-${kind}`;
  if (values === undefined || values === false) return [];
  if (values === true) return [{ flag: name, descriptor: { name: kind } }];
  if (!Array.isArray(values)) throw refused(kind, values, "is not a list");
  return values.map((value) => {
    const problem = problemOf(kind, value);
    if (problem !== null) throw refused(kind, value, problem);
    return { flag: `${name}=${value}`, descriptor: describe(value) };
  });
}

function problemOf(kind: Kind, value: unknown): string | null {
  if (typeof value !== "string" || value === "") return "is no text";
  // It would be taken for two.
  if (value.includes(",")) return "has a comma";
  if (value.includes("\0")) return "has a zero character";
  const isPath = kind === "read" || kind === "write";
  return isPath && !value.startsWith("/") ? "is no absolute path" : null;
}

function refused(kind: Kind, value: unknown, problem: string): ArgumentError {
  return new ArgumentError(
    `Cannot give the permission ${kind} for "${value}": it ${problem}`,
  );
}
