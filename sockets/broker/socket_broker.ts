import { ArgumentError } from "../../errors/argument_error.ts";
import {
  applicationName,
  chooseStateDirectory,
  chosenStateDirectory,
  setApplicationName,
} from "../_broker/application.ts";
import { startBrokerAsync } from "../_broker/broker_client.ts";
import { socketPath } from "../_broker/state_directory.ts";

/**
 * Which broker this program uses, and under which name. Not in WinRT, where the
 * system has one broker, and a program is known by its package. A worker has
 * settings of its own.
 *
 * @example Usage
 * ```ts
 * import { SocketBroker } from "@winrt/sockets/socket-broker";
 * import { assertEquals } from "@std/assert";
 *
 * SocketBroker.application = "https://example.com/chat";
 *
 * assertEquals(SocketBroker.application, "https://example.com/chat");
 * ```
 */
export class SocketBroker {
  /**
   * What sockets and tasks are kept under: programs of one user that have the
   * same see the same. A background task has that of the program that has
   * registered it.
   *
   * @default {Deno.mainModule}
   */
  static get application(): string {
    return applicationName();
  }

  static set application(name: string) {
    if (typeof name !== "string" || name === "") {
      throw new ArgumentError("Cannot set the application: it has no name");
    }
    setApplicationName(name);
  }

  /**
   * The directory that the broker has its socket and its files in; `null` is
   * that of the environment variable `WINRT_SOCKETS_BROKER`, if this program may
   * read it, or else `/run/user/<uid>/winrt-sockets`, or `/tmp/winrt-sockets-<uid>`
   * on systems without the former.
   *
   * @default {null}
   */
  static get stateDirectory(): string | null {
    return chosenStateDirectory();
  }

  static set stateDirectory(path: string | null) {
    if (path !== null) socketPath(path);
    chooseStateDirectory(path);
  }

  /**
   * Starts a broker unless one runs. Other calls start one as well if they need
   * it, but block this program while it starts. It outlives this program, but not
   * a service of systemd that this program belongs to: have another service run
   * `jsr:@winrt/sockets/broker-process` there.
   *
   * @returns A promise that resolves once the broker answers.
   *
   * @throws {InvalidOperationError} Without `--allow-ffi`; where there is no
   * broker, such as on Windows; or if none runs and none may be started, which
   * takes `--allow-run=deno`.
   * @throws {SocketError} If the broker fails.
   *
   * @example Usage
   * ```ts
   * import { SocketBroker } from "@winrt/sockets/socket-broker";
   * import { assertEquals } from "@std/assert";
   *
   * async function prepare(): Promise<void> {
   *   SocketBroker.application = "chat";
   *   await SocketBroker.startAsync();
   * }
   *
   * assertEquals(prepare.length, 0);
   * ```
   */
  static startAsync(): Promise<void> {
    return startBrokerAsync();
  }
}
