import { assert } from "@std/assert";
import { libc } from "../../../sockets/winsock/_libc.ts";

/** Linux, `sys/eventfd.h`: EFD_NONBLOCK | EFD_CLOEXEC. */
const EVENTFD_FLAGS = 0x80800;
const ONE = new Uint8Array(BigUint64Array.of(1n).buffer);

/** A descriptor that is readable once something was added to it. */
export interface TestEvent {
  readonly descriptor: number;
  add(): void;
  close(): void;
}

/** Opens one by native calls. */
export function openEvent(): TestEvent {
  assert(libc !== null);
  const { call } = libc;
  const descriptor = call.eventfd(0, EVENTFD_FLAGS);
  return {
    descriptor,
    add: () => void call.write(descriptor, ONE, 8n),
    close: () => void call.close(descriptor),
  };
}
