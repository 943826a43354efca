import { fileURLToPath } from "node:url";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** How a program has ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command that runs an example with the net as its only permission. */
export function example(name: string, ...args: string[]): Command {
  return exampleWith([], name, ...args);
}

/** The same with more flags for Deno. */
export function exampleWith(
  more: readonly string[],
  name: string,
  ...args: string[]
): Command {
  const path = fileURLToPath(
    new URL(`../../examples/${name}`, import.meta.url),
  );
  const flags = ["--quiet", "--no-prompt", "--allow-net", ...more];
  return [Deno.execPath(), "run", ...flags, path, ...args];
}

/** A program that runs beside a test and does not outlive it. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  /** What it prints on its standard output. */
  readonly stdout: Output;
  /** What it prints on its standard error. */
  readonly stderr: Output;

  constructor(
    [program, ...args]: Command,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#process = new Deno.Command(program, {
      args,
      env: { ...env, NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.stdout = new Output(this.#process.stdout);
    this.stderr = new Output(this.#process.stderr);
  }

  /** Writes to the standard input of the program. */
  async write(input: string | Uint8Array): Promise<void> {
    const isText = typeof input === "string";
    await this.#input.write(isText ? new TextEncoder().encode(input) : input);
  }

  /** Ends the standard input of the program. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Asks the program to end. */
  terminate(): void {
    this.#process.kill("SIGTERM");
  }

  /** Presses Ctrl-C. */
  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  /** Resolves when the program has ended. */
  async outcome(): Promise<Outcome> {
    const [{ code }, stdout, stderr] = await Promise.all([
      this.#process.status,
      this.stdout.text(),
      this.stderr.text(),
    ]);
    return { code, stdout, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#input.abort();
    await this.outcome();
  }
}

/** What a program prints on one of its streams. */
class Output {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  readonly #ended: Promise<void>;
  #isEnded = false;
  #change: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#ended = this.#collect(stream);
  }

  /** Waits for text, and resolves with the first group of the match. */
  async match(pattern: RegExp): Promise<string> {
    for (;;) {
      const isEnded = this.#isEnded;
      const change = this.#change.promise;
      const text = await new Blob(this.#chunks).text();
      const match = pattern.exec(text);
      if (match !== null) return match[1] ?? match[0];
      if (isEnded) {
        throw new Error(`The program has not printed "${pattern}": ${text}`);
      }
      await change;
    }
  }

  /** All that was printed, once the program has closed the stream. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    await this.#ended;
    return await new Blob(this.#chunks).bytes();
  }

  /** The same as text. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async #collect(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    for await (const chunk of stream) {
      this.#chunks.push(chunk);
      this.#changed();
    }
    this.#isEnded = true;
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
