import {
  type ClaimedSocket,
  claimSocket,
  contextOf,
  heldSockets,
} from "../_broker/broker_client.ts";
import type { DatagramSocket } from "../datagram_socket/datagram_socket.ts";
import type { StreamSocket } from "../stream_socket/stream_socket.ts";
import type { StreamSocketListener } from "../stream_socket/stream_socket_listener.ts";
import {
  adoptDatagramSocket,
  adoptStreamSocket,
  adoptStreamSocketListener,
} from "./_adopt.ts";
import { SocketActivityContext } from "./socket_activity_context.ts";
import { SocketActivityKind } from "./socket_activity_kind.ts";

/**
 * A socket that the broker holds for this application.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
 * import { SocketActivityKind } from "@winrt/sockets/socket-activity-kind";
 * import { assertEquals } from "@std/assert";
 *
 * const socket = new SocketActivityInformation(
 *   "chat",
 *   SocketActivityKind.streamSocket,
 *   null,
 * );
 *
 * assertEquals(socket.id, "chat");
 * assertEquals(socket.socketKind, SocketActivityKind.streamSocket);
 * ```
 */
export class SocketActivityInformation {
  /** The id that the socket was transferred under. */
  readonly id: string;
  /** What kind of socket it is, and so which getter takes it back. */
  readonly socketKind: SocketActivityKind;
  /**
   * The task that is started for it; `null` if none is. WinRT always has one.
   */
  readonly taskId: string | null;
  /** Undefined while it is not known; it is known once the socket is taken. */
  #context: SocketActivityContext | null | undefined;
  #streamSocket: StreamSocket | null = null;
  #datagramSocket: DatagramSocket | null = null;
  #streamSocketListener: StreamSocketListener | null = null;

  /**
   * Made by {@linkcode SocketActivityInformation.allSockets} and for a task. Not
   * in WinRT.
   *
   * @param id The id that the socket was transferred under.
   * @param socketKind What kind of socket it is.
   * @param taskId The task that is started for it, or `null`.
   */
  constructor(
    id: string,
    socketKind: SocketActivityKind,
    taskId: string | null,
  ) {
    this.id = id;
    this.socketKind = socketKind;
    this.taskId = taskId;
  }

  /**
   * The sockets that the broker holds for this application, by their ids.
   *
   * It is a snapshot: a socket of it may be taken by another program of the same
   * application meanwhile. It is empty while no broker runs.
   *
   * @returns The sockets at this moment.
   *
   * @throws {InvalidOperationError} Without `--allow-ffi`, or where there is no
   * broker, such as on Windows.
   * @throws {SocketError} If the broker fails.
   *
   * @example Usage
   * ```ts
   * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
   * import { SocketBroker } from "@winrt/sockets/socket-broker";
   * import { assertEquals } from "@std/assert";
   *
   * if (Deno.build.os === "linux") {
   *   SocketBroker.stateDirectory = "/tmp/a-directory-without-a-broker";
   *   // A server would take its listener from here, or else make a new one.
   *   assertEquals(SocketActivityInformation.allSockets.has("listener"), false);
   * }
   * ```
   */
  static get allSockets(): ReadonlyMap<string, SocketActivityInformation> {
    return new Map(
      heldSockets().map(({ id, kind, taskId }) => [
        id,
        new SocketActivityInformation(id, kind, taskId),
      ]),
    );
  }

  /**
   * What was left with the socket; `null` if that was nothing. It can be read
   * while the broker holds the socket, and after this object has taken it.
   *
   * @returns The context.
   *
   * @throws {InvalidOperationError} If the broker does not hold the socket any
   * more.
   * @throws {SocketError} If the broker fails.
   */
  get context(): SocketActivityContext | null {
    if (this.#context === undefined) {
      this.#context = toContext(contextOf(this.id));
    }
    return this.#context;
  }

  /**
   * Takes a stream socket back: it belongs to this program from now on. Reading
   * it again gives the same socket.
   *
   * @returns The socket, which is connected.
   *
   * @throws {InvalidOperationError} If the broker does not hold the socket any
   * more, or it is of another kind.
   * @throws {SocketError} If the broker fails.
   */
  get streamSocket(): StreamSocket {
    return this.#streamSocket ??= adoptStreamSocket(
      this.#claim(SocketActivityKind.streamSocket),
    );
  }

  /**
   * Takes a datagram socket back: it belongs to this program from now on.
   * Reading it again gives the same socket.
   *
   * @returns The socket, which is bound.
   *
   * @throws {InvalidOperationError} If the broker does not hold the socket any
   * more, or it is of another kind.
   * @throws {SocketError} If the broker fails.
   */
  get datagramSocket(): DatagramSocket {
    return this.#datagramSocket ??= adoptDatagramSocket(
      this.#claim(SocketActivityKind.datagramSocket),
    );
  }

  /**
   * Takes a listener back: it belongs to this program from now on. Reading it
   * again gives the same listener.
   *
   * @returns The listener, which is bound.
   *
   * @throws {InvalidOperationError} If the broker does not hold the socket any
   * more, or it is of another kind.
   * @throws {SocketError} If the broker fails.
   */
  get streamSocketListener(): StreamSocketListener {
    return this.#streamSocketListener ??= adoptStreamSocketListener(
      this.#claim(SocketActivityKind.streamSocketListener),
    );
  }

  #claim(kind: SocketActivityKind): ClaimedSocket {
    const claimed = claimSocket(this.id, kind);
    this.#context = toContext(claimed.record.context);
    return claimed;
  }
}

function toContext(data: Uint8Array | null): SocketActivityContext | null {
  return data === null ? null : new SocketActivityContext(data);
}
