import { assertEquals } from "@std/assert";
import { registerTask } from "../../../sockets/_broker/broker_client.ts";
import type { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import type { SocketActivityTriggerReason } from "../../../sockets/broker/socket_activity_trigger_reason.ts";
import { readText } from "./_sockets.ts";

/** What a task tells when it has started. */
export interface TaskReport {
  readonly reason: SocketActivityTriggerReason;
  readonly id: string;
  readonly kind: SocketActivityKind;
  readonly isOwnTask: boolean;
  readonly name: string;
  readonly pid: number;
  readonly application: string;
  readonly canRead: boolean;
}

/** What a task is to do. */
export interface Instructions {
  /** Where it reports to. */
  readonly port: number;
  readonly mode:
    | "answer"
    | "cancel"
    | "fail"
    | "hang"
    | "hold"
    | "leave"
    | "return";
}

/** A task that runs, and waits for this test where its mode says so. */
export class RunningTask implements Disposable {
  readonly report: TaskReport;
  readonly #conn: Deno.Conn;
  /** What has come after the report, and was not asked for yet. */
  #text: string;

  private constructor(report: TaskReport, conn: Deno.Conn, text: string) {
    this.report = report;
    this.#conn = conn;
    this.#text = text;
  }

  /** Reads the report of a task, which is its first line. */
  static async read(conn: Deno.Conn): Promise<RunningTask> {
    let text = "";
    while (!text.includes("\n")) text += await readText(conn) ?? "\n";
    const [report = "", ...rest] = text.split("\n");
    return new RunningTask(JSON.parse(report), conn, rest.join("\n"));
  }

  /** Resolves once the task has its socket. */
  async claimed(): Promise<void> {
    await this.#told("claimed\n");
  }

  /** Resolves once the task has heard that it is to end. */
  async canceled(): Promise<void> {
    await this.#told("canceled\n");
  }

  /** Resolves once the task has ended. */
  async ended(): Promise<void> {
    try {
      while (await readText(this.#conn) !== null);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #told(line: string): Promise<void> {
    while (!this.#text.includes("\n")) {
      this.#text += await readText(this.#conn) ?? "\n";
    }
    assertEquals(this.#text, line);
  }
}

/** Where tasks report to. */
export class TaskReports implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  /** The next task that starts. */
  async next(): Promise<RunningTask> {
    return await RunningTask.read(await this.#listener.accept());
  }

  /** A context with what a task is to do. */
  context(mode: Instructions["mode"]): Uint8Array<ArrayBuffer> {
    const instructions: Instructions = {
      port: this.#listener.addr.port,
      mode,
    };
    return new TextEncoder().encode(JSON.stringify(instructions));
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

/** Registers the task of these tests, and returns its id. */
export function registerTestTask(name: string = "test task"): string {
  const taskId = crypto.randomUUID();
  registerTask({
    taskId,
    name,
    entryPoint: new URL("./_task.ts", import.meta.url).href,
    runner: new URL(
      "../../../sockets/broker/run_background_task.ts",
      import.meta.url,
    ).href,
    flags: ["--allow-net=127.0.0.1"],
  });
  return taskId;
}
