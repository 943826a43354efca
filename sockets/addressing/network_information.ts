import { localHostNames } from "./_local_host_names.ts";
import type { HostName } from "./host_name.ts";

/**
 * The network of this computer: the part of WinRT's class that gives host names
 * their `ipInformation`.
 *
 * @example Usage
 * ```ts
 * import { NetworkInformation } from "@winrt/sockets/network-information";
 * import { assert } from "@std/assert";
 *
 * const hosts = NetworkInformation.getHostNames();
 *
 * assert(hosts.every((host) => host.ipInformation !== null));
 * ```
 */
export class NetworkInformation {
  /**
   * The addresses of this computer, without the loopback ones.
   *
   * Each has its {@linkcode HostName.ipInformation}; an IPv6 address of link-local
   * scope has its zone. WinRT also gives the names of the computer, without
   * `ipInformation`.
   *
   * @returns The addresses of all network interfaces, in the order of the system.
   *
   * @throws {Deno.errors.NotCapable} Without `--allow-sys=networkInterfaces`.
   *
   * @example Usage
   * ```ts
   * import { NetworkInformation } from "@winrt/sockets/network-information";
   * import { assert } from "@std/assert";
   *
   * for (const host of NetworkInformation.getHostNames()) {
   *   assert(host.canonicalName !== "127.0.0.1");
   * }
   * ```
   */
  static getHostNames(): readonly HostName[] {
    return localHostNames(Deno.networkInterfaces());
  }
}
