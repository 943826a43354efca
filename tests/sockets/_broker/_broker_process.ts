import { assert } from "@std/assert";
import {
  chooseStateDirectory,
  setApplicationName,
} from "../../../sockets/_broker/application.ts";
import type { TransferRecord } from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";

const PROGRAM =
  new URL("../../../sockets/broker/broker_process.ts", import.meta.url).href;

/** A directory of a test of its own, which nobody has made yet. */
export function newStateDirectory(): string {
  return `/tmp/winrt-broker-${crypto.randomUUID()}`;
}

/** Runs a program that does what tests may not, such as to write. */
export async function run(program: string, ...args: string[]): Promise<void> {
  await new Deno.Command(program, { args }).output();
}

/** Removes a directory. */
export async function removeDirectory(path: string): Promise<void> {
  await run("rm", "-rf", path);
}

/** A broker in a process of its own, which this test uses from then on. */
export class TestBroker implements AsyncDisposable {
  readonly directory: string;
  readonly child: Deno.ChildProcess;
  readonly #isKept: boolean;
  #log = "";
  #changed = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;

  constructor(
    args: readonly string[],
    directory: string,
    isKept: boolean,
    maxDescriptors: number = 4096,
  ) {
    this.directory = directory;
    this.#isKept = isKept;
    this.child = new Deno.Command("prlimit", {
      args: [
        `--nofile=${maxDescriptors}`,
        Deno.execPath(),
        "run",
        "--no-prompt",
        "--allow-ffi",
        `--allow-read=${directory}`,
        `--allow-write=${directory}`,
        "--allow-run",
        PROGRAM,
        `--state-directory=${directory}`,
        ...args,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#ended = this.#readLog();
    chooseStateDirectory(directory);
    setApplicationName("test");
  }

  /** Starts one, and waits until it listens. */
  static async start(
    args: readonly string[] = [],
    directory: string = newStateDirectory(),
    isKept: boolean = false,
  ): Promise<TestBroker> {
    const broker = new TestBroker(args, directory, isKept);
    await broker.logged(/ listens on /);
    return broker;
  }

  get log(): string {
    return this.#log;
  }

  /** Resolves once the log has such a text. */
  async logged(text: RegExp): Promise<void> {
    while (!text.test(this.#log)) {
      assert(!this.#log.endsWith("\0"), `The broker has ended: ${this.#log}`);
      await this.#changed.promise;
    }
  }

  /** Kills it, as a crash would. */
  async crash(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    chooseStateDirectory(null);
    setApplicationName(null);
    try {
      this.child.kill("SIGTERM");
    } catch {
      // The test has ended it.
    }
    await this.#ended;
    if (!this.#isKept) await removeDirectory(this.directory);
  }

  async #readLog(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.child.stderr) {
      this.#append(decoder.decode(chunk, { stream: true }));
    }
    await this.child.status;
    this.#append("\0");
  }

  #append(text: string): void {
    this.#log += text;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

/** A record of a stream socket that nobody watches, unless the test says more. */
export function newRecord(
  id: string,
  changes: Partial<TransferRecord> = {},
): TransferRecord {
  return {
    id,
    kind: SocketActivityKind.streamSocket,
    taskId: null,
    context: null,
    keepAliveTime: 0,
    unread: new Uint8Array(),
    details: "",
    ...changes,
  };
}
