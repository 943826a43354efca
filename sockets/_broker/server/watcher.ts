import { SocketActivityKind } from "../../broker/socket_activity_kind.ts";
import { SocketActivityTriggerReason } from "../../broker/socket_activity_trigger_reason.ts";
import type { Libc } from "../../winsock/_libc.ts";
import { LINUX } from "../../winsock/_linux_constants.ts";
import { type Poller, Readiness } from "../../winsock/_poller.ts";
import type { Entry } from "./held_sockets.ts";

const { FIONREAD } = LINUX;

/** No timer runs longer. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** Waits for something to happen to sockets. */
export interface SocketWatcher {
  /** Calls back once, unless the socket is no longer watched then. */
  watch(
    entry: Entry,
    onActivity: (reason: SocketActivityTriggerReason) => void,
  ): void;
  /** To be called before the descriptors are closed or given away. */
  unwatch(entry: Entry): void;
}

/** Why a socket is readable. */
export function readableReason(
  kind: SocketActivityKind,
  unreadCount: () => number,
): SocketActivityTriggerReason {
  switch (kind) {
    case SocketActivityKind.streamSocketListener:
      return SocketActivityTriggerReason.connectionAccepted;
    case SocketActivityKind.streamSocket:
      return unreadCount() > 0
        ? SocketActivityTriggerReason.socketActivity
        : SocketActivityTriggerReason.socketClosed;
    default:
      return SocketActivityTriggerReason.socketActivity;
  }
}

/** One time that a socket is watched, told from others of the same socket. */
interface Watching {
  readonly entry: Entry;
  readonly onActivity: (reason: SocketActivityTriggerReason) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Watches sockets by a poller. It reads nothing of them, not even their errors. */
export class PollingWatcher implements SocketWatcher {
  readonly #libc: Libc;
  readonly #poller: Poller;
  readonly #watches = new Map<Entry, Watching>();

  constructor(libc: Libc, poller: Poller) {
    this.#libc = libc;
    this.#poller = poller;
  }

  watch(
    entry: Entry,
    onActivity: (reason: SocketActivityTriggerReason) => void,
  ): void {
    const watching: Watching = { entry, onActivity, timer: undefined };
    this.#watches.set(entry, watching);
    if (entry.record.unread.length > 0) {
      this.#tell(watching, SocketActivityTriggerReason.socketActivity);
      return;
    }
    this.#startTimer(watching);
    for (const descriptor of entry.descriptors) {
      this.#wait(watching, descriptor);
    }
  }

  unwatch(entry: Entry): void {
    const watching = this.#watches.get(entry);
    if (watching === undefined) return;
    clearTimeout(watching.timer);
    this.#watches.delete(entry);
    for (const descriptor of entry.descriptors) this.#poller.forget(descriptor);
  }

  async #wait(watching: Watching, descriptor: number): Promise<void> {
    try {
      await this.#poller.wait(descriptor, Readiness.readable);
    } catch {
      // The kernel cannot watch it: it waits for its time, or to be taken.
      return;
    }
    if (!this.#isCurrent(watching)) return;
    const { kind } = watching.entry.record;
    this.#tell(
      watching,
      readableReason(kind, () => this.#unreadCount(descriptor)),
    );
  }

  #tell(watching: Watching, reason: SocketActivityTriggerReason): void {
    if (!this.#isCurrent(watching)) return;
    this.unwatch(watching.entry);
    watching.onActivity(reason);
  }

  #isCurrent(watching: Watching): boolean {
    return this.#watches.get(watching.entry) === watching;
  }

  #unreadCount(descriptor: number): number {
    const count = new Int32Array(1);
    const bytes = new Uint8Array(count.buffer);
    const result = this.#libc.call.ioctl(descriptor, BigInt(FIONREAD), bytes);
    return result === 0 ? count[0] ?? 0 : 0;
  }

  #startTimer(watching: Watching): void {
    const rest = watching.entry.deadline - performance.now();
    if (rest === Infinity) return;
    watching.timer = setTimeout(() => {
      if (rest > MAX_TIMEOUT) this.#startTimer(watching);
      else {
        this.#tell(watching, SocketActivityTriggerReason.keepAliveTimerExpired);
      }
    }, Math.min(Math.max(rest, 0), MAX_TIMEOUT));
  }
}
