import type { ClaimedRecord, RefusalCode } from "../protocol.ts";
import type { Watch } from "./activation.ts";

/** A socket that the broker holds, or is about to. */
export interface Entry {
  readonly application: string;
  readonly record: ClaimedRecord;
  readonly descriptors: readonly number[];
  watch: Watch;
  /** Whether a program is handing it over or taking it right now. */
  isMoving: boolean;
  /** Until when it is watched before its keep-alive time is over. */
  readonly deadline: number;
}

/** The sockets of all applications. */
export class HeldSockets {
  readonly #applications = new Map<string, Map<string, Entry>>();
  readonly #maxCount: number;
  #count = 0;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  /** How many there are, with those that are about to come. */
  get count(): number {
    return this.#count;
  }

  /** Adds one, or tells why that cannot be. */
  add(entry: Entry): RefusalCode | null {
    const { application, record: { id } } = entry;
    const other = this.get(application, id);
    if (other !== null) return other.isMoving ? "in-transfer" : "duplicate";
    if (this.#count >= this.#maxCount) return "full";
    const sockets = this.#applications.get(application) ?? new Map();
    sockets.set(id, entry);
    this.#applications.set(application, sockets);
    this.#count++;
    return null;
  }

  /** The one of an id, which is unique in an application. */
  get(application: string, id: string): Entry | null {
    return this.#applications.get(application)?.get(id) ?? null;
  }

  /** Whether it is this one that is held. */
  has(entry: Entry): boolean {
    return this.get(entry.application, entry.record.id) === entry;
  }

  /** Drops one. */
  delete({ application, record }: Entry): void {
    const sockets = this.#applications.get(application);
    if (!sockets?.delete(record.id)) return;
    this.#count--;
    if (sockets.size === 0) this.#applications.delete(application);
  }

  /** Those of an application that nobody is moving. */
  list(application: string): Entry[] {
    const sockets = this.#applications.get(application)?.values() ?? [];
    return [...sockets].filter(({ isMoving }) => !isMoving);
  }

  /** All of an application that belong to a task. */
  ofTask(application: string, taskId: string): Entry[] {
    const sockets = this.#applications.get(application)?.values() ?? [];
    return [...sockets].filter(({ record }) => record.taskId === taskId);
  }
}
