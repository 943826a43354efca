import { encodeMessage, type ServerMessage } from "./messages.ts";
import type { Member } from "./member.ts";

/** Who is there, and what they say to each other. */
export class Room {
  readonly #members = new Map<string, Member>();

  /** How many are there. */
  get size(): number {
    return this.#members.size;
  }

  /** Whether somebody has this name. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Lets somebody in, whose name nobody else has. */
  join(member: Member): void {
    const { name } = member;
    this.#tell({ type: "joined", name });
    this.#members.set(name, member);
    const names = [...this.#members.keys()];
    member.send(encodeMessage({ type: "welcome", name, names }));
  }

  /** Somebody is gone. */
  leave({ name }: Member): void {
    this.#members.delete(name);
    this.#tell({ type: "left", name });
  }

  /**
   * Tells everybody what a member says. All get the same bytes, and nobody waits
   * for another one.
   *
   * @returns A promise that resolves when the member itself has been told, so that
   * it cannot speak faster than it listens.
   */
  async say(member: Member, text: string): Promise<void> {
    const { name } = member;
    const time = new Date().toISOString();
    const message = encodeMessage({ type: "said", name, text, time });
    const told = member.send(message);
    for (const other of this.#members.values()) {
      if (other !== member) other.send(message);
    }
    await told;
  }

  #tell(message: ServerMessage): void {
    const bytes = encodeMessage(message);
    for (const member of this.#members.values()) member.send(bytes);
  }
}
