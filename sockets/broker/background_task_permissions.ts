/**
 * What a background task may do, beside native calls, which it needs for its
 * sockets: `true` is all of a kind. What is left out it may not do.
 *
 * The program that registers a task needs each of these permissions itself.
 *
 * @example Usage
 * ```ts
 * import type { BackgroundTaskPermissions } from "@winrt/sockets/background-task-permissions";
 * import { assertEquals } from "@std/assert";
 *
 * const permissions: BackgroundTaskPermissions = {
 *   net: ["api.example:443"],
 *   read: ["/srv/chat"],
 * };
 *
 * assertEquals(permissions.write, undefined);
 * ```
 */
export interface BackgroundTaskPermissions {
  /**
   * Names of environment variables.
   *
   * @default {false}
   */
  readonly env?: boolean | readonly string[];
  /**
   * Hosts that code may be imported from, in the place of those that Deno allows
   * by itself.
   *
   * @default {false}
   */
  readonly import?: boolean | readonly string[];
  /**
   * Hosts, with or without a port.
   *
   * @default {false}
   */
  readonly net?: boolean | readonly string[];
  /**
   * Absolute paths that may be read.
   *
   * @default {false}
   */
  readonly read?: boolean | readonly string[];
  /**
   * Programs, by name or by absolute path.
   *
   * @default {false}
   */
  readonly run?: boolean | readonly string[];
  /**
   * What may be known of the system, such as `hostname`.
   *
   * @default {false}
   */
  readonly sys?:
    | boolean
    | readonly NonNullable<Deno.SysPermissionDescriptor["kind"]>[];
  /**
   * Absolute paths that may be written.
   *
   * @default {false}
   */
  readonly write?: boolean | readonly string[];
}
