/**
 * A process that answers lines with lines.
 *
 * @module
 */
import { deadline } from "@std/async";
import { TextLineStream } from "@std/streams";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** How long {@linkcode Worker.ask} waits, and until what. */
export interface WorkerAskOptions {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** A process beside this one, which ends with it. */
export class Worker implements AsyncDisposable {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;

  /** @param name What to call it in messages. */
  constructor(name: string, [program, ...args]: Command) {
    this.#name = name;
    this.#process = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
    this.#errors = new Response(this.#process.stderr).text();
  }

  /** Writes a line, and resolves with the next line of the output. */
  async ask(line: string, options: WorkerAskOptions): Promise<string> {
    const [written, answer] = await Promise.allSettled([
      this.#input.write(new TextEncoder().encode(`${line}\n`)),
      this.readLine(options),
    ]);
    // Why a process has ended says more than that its input is closed.
    if (answer.status === "rejected") throw answer.reason;
    if (written.status === "rejected") throw written.reason;
    return answer.value;
  }

  /** Resolves with the next line of the output. */
  async readLine(
    { milliseconds, signal }: WorkerAskOptions,
  ): Promise<string> {
    const value = await this.#nextLine({ milliseconds, signal });
    if (value !== undefined) return value;
    const { code } = await this.#process.status;
    const reason = lastLine(await this.#errors);
    throw new Error(`The ${this.#name} has ended with code ${code}: ${reason}`);
  }

  async #nextLine(
    { milliseconds, signal }: WorkerAskOptions,
  ): Promise<string | undefined> {
    try {
      const line = this.#lines.read();
      return (await deadline(line, milliseconds, { signal })).value;
    } catch (error) {
      // Its answer would come later, as if to the next question.
      await this.#process[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw new Error(
        `The ${this.#name} has not answered in ${milliseconds} ms`,
        { cause: error },
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await Promise.all([
      this.#input.abort(),
      this.#lines.cancel(),
      this.#errors,
    ]);
  }
}

/** The last line of a text, such as the message of a program that failed. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
