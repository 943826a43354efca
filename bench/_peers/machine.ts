/**
 * Where a run was made.
 *
 * @module
 */
import { cpus } from "node:os";

/** What the numbers of a run depend on, besides the programs. */
export interface Machine {
  readonly processor: string;
  readonly system: string;
  readonly date: string;
}

/** Describes this machine, now. */
export function describeMachine(): Machine {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "";
  const { arch, os } = Deno.build;
  return {
    processor: `${processors.length} × ${model === "" ? arch : model}`,
    system: `${os} ${Deno.osRelease()}, ${arch}`,
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
  };
}
