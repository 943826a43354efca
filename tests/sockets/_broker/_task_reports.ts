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
  readonly mode: "answer" | "return" | "leave" | "fail" | "hold" | "hang";
}

/** A task that runs, and waits for this test where its mode says so. */
export class RunningTask implements Disposable {
  readonly report: TaskReport;
  readonly #conn: Deno.Conn;

  constructor(report: TaskReport, conn: Deno.Conn) {
    this.report = report;
    this.#conn = conn;
  }

  /** Resolves once the task has its socket. */
  async claimed(): Promise<void> {
    assertEquals(await readText(this.#conn), "claimed");
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
}

/** Where tasks report to. */
export class TaskReports implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  /** The next task that starts. */
  async next(): Promise<RunningTask> {
    const conn = await this.#listener.accept();
    return new RunningTask(JSON.parse(await readText(conn) ?? "null"), conn);
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
