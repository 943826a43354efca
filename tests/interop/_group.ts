import { assertEquals } from "@std/assert";
import { Child, type Command } from "../examples/_child.ts";
import { denoCommand } from "./_peers.ts";

/** A program that binds to a port, joins groups and prints what it receives. */
export class GroupMember implements AsyncDisposable {
  readonly #child: Child;
  readonly port: string;

  private constructor(child: Child, port: string) {
    this.#child = child;
    this.port = port;
  }

  /**
   * The command of a `DatagramSocket`.
   *
   * @param flags What Deno is told, beside the permissions that it takes.
   * @param args The port, 0 for any, and the local address.
   */
  static command(flags: readonly string[], ...args: string[]): Command {
    const all = ["--allow-sys=networkInterfaces", ...flags];
    return denoCommand(all, "_group_member.ts", ...args);
  }

  static async start(command: Command): Promise<GroupMember> {
    const child = new Child(command);
    return new GroupMember(child, await child.stdout.match(/^port (\d+)\n/));
  }

  /** Tells the program to do something, and waits until it has. */
  async run(line: string): Promise<void> {
    await this.#child.write(`${line}\n`);
    await this.#match(new RegExp(`^done ${line}\n`, "m"));
  }

  /** What it has received, once it has received this. */
  async received(last: string): Promise<readonly string[]> {
    const output = await this.#match(new RegExp(`([^]*^${last}\n)`, "m"));
    return output.split("\n").filter((line) => /^[\da-f.:]+: /.test(line));
  }

  /** Waits for output; fails with what the program fails with. */
  async #match(pattern: RegExp): Promise<string> {
    try {
      return await this.#child.stdout.match(pattern);
    } catch (cause) {
      const { stderr } = await this.#child.outcome();
      throw new Error(`The program has failed: ${stderr}`, { cause });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

/** Sends a line to a group by socat, from an address that chooses the network. */
export async function sendToGroup(
  { group, port, from }: {
    readonly group: string;
    readonly port: string;
    readonly from: string;
  },
  text: string,
  wrap: (command: Command) => Command = (command) => command,
): Promise<void> {
  const address = group.includes(":")
    ? `UDP6-DATAGRAM:[${group}]:${port},bind=[${from}]`
    : `UDP4-DATAGRAM:${group}:${port},bind=${from}`;
  await using socat = new Child(wrap(["socat", "-u", "-", address]));
  await socat.write(`${text}\n`);
  await socat.endInput();
  const { code, stderr } = await socat.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}
