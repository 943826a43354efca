import { ArgumentError } from "../../errors/argument_error.ts";
import { domainToUnicode } from "node:url";
import { parseHostName } from "./_host_name_parser.ts";
import { getIPInformation } from "./_ip_information.ts";
import { quote } from "./_quote.ts";
import { HostNameType } from "./host_name_type.ts";
import type { IPInformation } from "./ip_information.ts";

/**
 * A host: its name, or its IPv4 or IPv6 address.
 *
 * The reference does not say what a name may be. Here:
 *
 * - A name has 1 to 253 characters, in labels of 1 to 63 letters, digits,
 *   hyphens and underscores that neither start nor end with a hyphen; one final
 *   dot is ignored. Internationalized names are checked and counted in their
 *   ASCII form.
 * - Four decimal numbers from 0 to 255, without leading zeros, are an IPv4
 *   address. Any other name whose last label is a number (`1.2.3`, `01.2.3.4`,
 *   `0x7f.1`, and all of these in digits other than ASCII ones) is an error.
 * - An IPv6 address may have a zone (`fe80::1%eth0`), but no brackets.
 * - White space, control characters, ports, users and URLs are errors, and so
 *   are Bluetooth addresses, which WinRT takes.
 *
 * @example Usage
 * ```ts
 * import { HostName } from "@winrt/sockets/host-name";
 * import { HostNameType } from "@winrt/sockets/host-name-type";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const host = new HostName("Bücher.example.");
 *
 * assertEquals(host.type, HostNameType.domainName);
 * assertEquals(host.canonicalName, "xn--bcher-kva.example");
 * assertEquals(host.displayName, "bücher.example");
 * assert(host.isEqual(new HostName("XN--BCHER-KVA.example")));
 * ```
 */
export class HostName {
  /**
   * The name that the constructor was given, unchanged.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new HostName("WWW.Example.").rawName, "WWW.Example.");
   * ```
   */
  readonly rawName: string;

  /**
   * The name in the one form that all spellings of it share: of a name the
   * lower-case ASCII form without a final dot, of an IPv6 address the shortest
   * form (RFC 5952), its zone unchanged.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * const host = new HostName("FE80:0:0:0:0:0:0:1%eth0");
   *
   * assertEquals(host.canonicalName, "fe80::1%eth0");
   * ```
   */
  readonly canonicalName: string;

  /**
   * What the name is; never `bluetooth`.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { HostNameType } from "@winrt/sockets/host-name-type";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new HostName("127.0.0.1").type, HostNameType.ipv4);
   * ```
   */
  readonly type: HostNameType;

  /**
   * Constructs a host name from text.
   *
   * @param hostName A name, an IPv4 address or an IPv6 address.
   *
   * @throws {ArgumentError} If it is none of these.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * assertEquals(new HostName("localhost").canonicalName, "localhost");
   * assertThrows(() => new HostName("localhost:80"), ArgumentError);
   * ```
   */
  constructor(hostName: string) {
    const { type, canonicalName } = parseHostName(hostName);
    this.rawName = hostName;
    this.canonicalName = canonicalName;
    this.type = type;
  }

  /**
   * The name as people should see it: an internationalized name in Unicode, all
   * else as in {@linkcode canonicalName}.
   *
   * @returns The name in Unicode.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * const host = new HostName("xn--bcher-kva.example");
   *
   * assertEquals(host.displayName, "bücher.example");
   * ```
   */
  get displayName(): string {
    return this.type === HostNameType.domainName
      ? domainToUnicode(this.canonicalName)
      : this.canonicalName;
  }

  /**
   * What the system knows of the address; `null` unless the host name is one
   * that `NetworkInformation.getHostNames` gave.
   *
   * @returns The adapter and the prefix length, or `null`.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new HostName("127.0.0.1").ipInformation, null);
   * ```
   */
  get ipInformation(): IPInformation | null {
    return getIPInformation(this);
  }

  /**
   * Whether another host name has the same {@linkcode canonicalName}.
   *
   * @param hostName The host name to compare with.
   * @returns `true` if both stand for the same name.
   *
   * @throws {ArgumentError} If it is not a `HostName`.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assert } from "@std/assert";
   *
   * assert(new HostName("::1").isEqual(new HostName("0:0:0:0:0:0:0:1")));
   * ```
   */
  isEqual(hostName: HostName): boolean {
    if (!(hostName instanceof HostName)) {
      throw new ArgumentError(
        `Cannot compare a host name with ${
          quote(hostName)
        }: it must be a HostName`,
      );
    }
    return hostName.canonicalName === this.canonicalName;
  }

  /**
   * The same as {@linkcode rawName}. The reference leaves the form open.
   *
   * @returns The name that the constructor was given.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(`${new HostName("WWW.Example")}`, "WWW.Example");
   * ```
   */
  toString(): string {
    return this.rawName;
  }

  /**
   * Compares two texts by the canonical names that they stand for.
   *
   * @param value1 A name or an IP address.
   * @param value2 Another name or IP address.
   * @returns 0 if the canonical names are the same, -1 if the first comes before
   * the second in the order of their UTF-16 code units, and 1 if it comes after.
   *
   * @throws {ArgumentError} If one of them is not a host name.
   *
   * @example Usage
   * ```ts
   * import { HostName } from "@winrt/sockets/host-name";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(HostName.compare("a.example", "A.EXAMPLE."), 0);
   * assertEquals(HostName.compare("a.example", "b.example"), -1);
   * ```
   */
  static compare(value1: string, value2: string): number {
    const name1 = parseHostName(value1).canonicalName;
    const name2 = parseHostName(value2).canonicalName;
    if (name1 === name2) return 0;
    return name1 < name2 ? -1 : 1;
  }
}
