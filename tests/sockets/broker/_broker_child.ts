import { fileURLToPath } from "node:url";
import { Child } from "../../examples/_child.ts";

const PROGRAM = fileURLToPath(
  new URL("../../../sockets/broker/broker_process.ts", import.meta.url),
);

/** A broker with a directory of its own, which ends with its test. */
export class BrokerChild implements AsyncDisposable {
  readonly stateDirectory: string;
  readonly #child: Child;

  private constructor(stateDirectory: string, child: Child) {
    this.stateDirectory = stateDirectory;
    this.#child = child;
  }

  /** Starts one; resolves when it answers. */
  static async start(...options: readonly string[]): Promise<BrokerChild> {
    const stateDirectory = `/tmp/broker-${crypto.randomUUID()}`;
    const child = new Child([
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-ffi",
      "--allow-read",
      "--allow-write=/tmp",
      `--allow-run=${Deno.execPath()}`,
      PROGRAM,
      `--state-directory=${stateDirectory}`,
      ...options,
    ]);
    const broker = new BrokerChild(stateDirectory, child);
    await broker.logged(/listens on/);
    return broker;
  }

  /** Resolves when the broker has written that. */
  async logged(pattern: RegExp): Promise<string> {
    return await this.#child.stderr.match(pattern);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    await new Deno.Command("rm", { args: ["-rf", this.stateDirectory] })
      .output();
  }
}
