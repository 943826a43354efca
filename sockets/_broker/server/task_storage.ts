import type { TaskStorage } from "./task_registry.ts";

/** Nobody but the owner may read or write it. */
const PRIVATE_FILE = 0o600;

/** A file of a state directory, which is replaced as a whole. */
export function openTaskStorage(directory: string): TaskStorage {
  const path = `${directory}/tasks.json`;
  return {
    read() {
      try {
        return Deno.readTextFileSync(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    write(text) {
      const next = `${path}.new`;
      Deno.writeTextFileSync(next, text, { mode: PRIVATE_FILE });
      Deno.renameSync(next, path);
    },
  };
}
