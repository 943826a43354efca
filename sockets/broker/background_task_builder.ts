import { HResult } from "../../errors/hresult.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { registerTask } from "../_broker/broker_client.ts";
import { specifierOf } from "../_broker/specifier.ts";
import { type TaskPermission, taskPermissions } from "./_task_permissions.ts";
import type { BackgroundTaskPermissions } from "./background_task_permissions.ts";
import { BackgroundTaskRegistration } from "./background_task_registration.ts";
import { SocketActivityTrigger } from "./socket_activity_trigger.ts";

/** Modules that another process can load. */
const PROTOCOLS = ["data:", "file:", "http:", "https:", "jsr:", "npm:"];
const RUNNER = new URL("./run_background_task.ts", import.meta.url).href;

/**
 * Registers a background task.
 *
 * @example Usage
 * ```ts
 * import { BackgroundTaskBuilder } from "@winrt/sockets/background-task-builder";
 * import { SocketActivityTrigger } from "@winrt/sockets/socket-activity-trigger";
 * import { assertEquals } from "@std/assert";
 *
 * function registerChatTask(): string {
 *   const builder = new BackgroundTaskBuilder();
 *   builder.name = "chat";
 *   builder.taskEntryPoint = new URL("./chat_task.ts", import.meta.url).href;
 *   builder.permissions = { net: ["chat.example:443"] };
 *   builder.setTrigger(new SocketActivityTrigger());
 *   return builder.register().taskId;
 * }
 *
 * // It starts a broker if none runs.
 * assertEquals(registerChatTask.name, "registerChatTask");
 * ```
 */
export class BackgroundTaskBuilder {
  /**
   * The name of the task. Two tasks may have the same.
   *
   * @default {""}
   */
  name: string = "";

  /**
   * The module of the task: it exports a function `run`, see `BackgroundTask`.
   * In WinRT it is the name of a class. Here it is an absolute address: `file:`,
   * `https:`, `jsr:`, `npm:` or `data:`.
   *
   * @default {""}
   */
  taskEntryPoint: string = "";

  /**
   * What the task may do. Not in WinRT.
   *
   * @default {{}}
   */
  permissions: BackgroundTaskPermissions = {};

  #trigger: SocketActivityTrigger | null = null;

  /**
   * Sets what starts the task.
   *
   * @param trigger The trigger. WinRT has many, and this library the one of
   * sockets.
   *
   * @throws {ArgumentError} If `trigger` is no trigger.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskBuilder } from "@winrt/sockets/background-task-builder";
   * import { SocketActivityTrigger } from "@winrt/sockets/socket-activity-trigger";
   * import { assertEquals } from "@std/assert";
   *
   * const builder = new BackgroundTaskBuilder();
   *
   * assertEquals(builder.setTrigger(new SocketActivityTrigger()), undefined);
   * ```
   */
  setTrigger(trigger: SocketActivityTrigger): void {
    if (!(trigger instanceof SocketActivityTrigger)) {
      throw new ArgumentError(
        "Cannot set the trigger: it must be a SocketActivityTrigger",
      );
    }
    this.#trigger = trigger;
  }

  /**
   * Registers the task. If no broker runs, one is started.
   *
   * @returns The registration, with the id for `enableTransferOwnership`.
   *
   * @throws {ArgumentError} If the name, the entry point or a permission is not
   * acceptable.
   * @throws {InvalidOperationError} Without a trigger; if this program does not
   * have a permission that it gives; without `--allow-ffi`; where there is no
   * broker, such as on Windows; or if none runs and none may be started, which
   * takes `--allow-run=deno`.
   * @throws {SocketError} If the broker fails.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskBuilder } from "@winrt/sockets/background-task-builder";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertThrows } from "@std/assert";
   *
   * const builder = new BackgroundTaskBuilder();
   * builder.name = "chat";
   * builder.taskEntryPoint = "https://example.com/chat_task.ts";
   *
   * // It has no trigger.
   * assertThrows(() => builder.register(), InvalidOperationError);
   * ```
   */
  register(): BackgroundTaskRegistration {
    const { name, taskEntryPoint } = this;
    if (typeof name !== "string" || name === "") {
      throw new ArgumentError("Cannot register a task: it has no name");
    }
    const action = `Cannot register the task ${JSON.stringify(name)}`;
    assertEntryPoint(taskEntryPoint, action);
    if (this.#trigger === null) {
      throw new InvalidOperationError(`${action}: it has no trigger`);
    }
    const flags = grantedFlags(this.permissions, action);
    const taskId = crypto.randomUUID();
    const runner = specifierOf(RUNNER);
    registerTask({ taskId, name, entryPoint: taskEntryPoint, runner, flags });
    return new BackgroundTaskRegistration(taskId, name);
  }
}

function assertEntryPoint(entryPoint: string, action: string): void {
  const { protocol } = URL.parse(entryPoint) ?? { protocol: "" };
  if (PROTOCOLS.includes(protocol)) return;
  throw new ArgumentError(
    `${action}: its entry point "${entryPoint}" must be the absolute address of a module`,
  );
}

/** The permissions on a command line, if this program has all of them. */
function grantedFlags(
  permissions: BackgroundTaskPermissions,
  action: string,
): string[] {
  return taskPermissions(permissions).map((permission) => {
    const { flag } = permission;
    if (isGranted(permission, action)) return flag;
    throw new InvalidOperationError(
      `${action}: it asks for ${flag}, which this program does not have`,
      { hresult: HResult.E_ACCESSDENIED },
    );
  });
}

function isGranted(
  { flag, descriptor }: TaskPermission,
  action: string,
): boolean {
  try {
    const { state, partial } = Deno.permissions.querySync(descriptor);
    // What is denied of it (--deny-read) would not be denied to the task.
    return state === "granted" && !partial;
  } catch (cause) {
    throw new ArgumentError(`${action}: there is no permission ${flag}`, {
      cause,
    });
  }
}
