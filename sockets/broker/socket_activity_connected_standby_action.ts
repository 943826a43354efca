/**
 * Whether the activity of a socket may wake the system from connected standby.
 *
 * Deno runs on systems that are awake: either value does the same. WinRT fails
 * with `0x80070490` for {@linkcode SocketActivityConnectedStandbyAction.wake}
 * where the network adapter cannot wake the system.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityConnectedStandbyAction } from "@winrt/sockets/socket-activity-connected-standby-action";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketActivityConnectedStandbyAction.doNotWake, 0);
 * ```
 */
export const SocketActivityConnectedStandbyAction = {
  /** It may not. */
  doNotWake: 0,
  /** It may. */
  wake: 1,
} as const;
/** One of the values of {@linkcode SocketActivityConnectedStandbyAction}. */
export type SocketActivityConnectedStandbyAction =
  typeof SocketActivityConnectedStandbyAction[
    keyof typeof SocketActivityConnectedStandbyAction
  ];
