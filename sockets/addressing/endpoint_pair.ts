import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "./_quote.ts";
import { parseServiceName } from "./_service_name.ts";
import { toHostName } from "./_to_host_name.ts";
import type { HostName } from "./host_name.ts";

/**
 * The two ends of a connection: the local host and service, and the remote ones.
 *
 * A service is a port (`"1337"`, `1337`), the name of a service that has one
 * (`"http"`), or, at the remote end, a name that SRV records tell of.
 *
 * Beyond WinRT, host names may be strings and service names numbers, and what
 * could not be a service name is refused at once.
 *
 * @example Usage
 * ```ts
 * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
 * import { assertEquals } from "@std/assert";
 *
 * const pair = new EndpointPair(null, "", "db.example", 5432);
 *
 * assertEquals(pair.localHostName, null);
 * assertEquals(pair.remoteHostName.canonicalName, "db.example");
 * assertEquals(pair.remoteServiceName, "5432");
 * ```
 */
export class EndpointPair {
  #localHostName: HostName | null;
  #localServiceName: string;
  #remoteHostName: HostName;
  #remoteServiceName: string;

  /**
   * Constructs a pair of two endpoints.
   *
   * @param localHostName The local name or address; `null` lets the system
   * choose.
   * @param localServiceName The local service name or port; `""` or port 0 lets
   * the system choose.
   * @param remoteHostName The remote name or address.
   * @param remoteServiceName The remote service name or port.
   *
   * @throws {ArgumentError} If an argument is not valid, or if any but
   * `localHostName` is `null`.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const pair = new EndpointPair("::1", "", "::1", "http");
   *
   * assertEquals(pair.remoteServiceName, "http");
   * assertThrows(() => new EndpointPair(null, "", "::1", ""), ArgumentError);
   * ```
   */
  constructor(
    localHostName: HostName | string | null,
    localServiceName: string | number,
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
  ) {
    this.#localHostName = toLocalHostName(localHostName);
    this.#localServiceName = toServiceName(localServiceName, "local");
    this.#remoteHostName = toHostName(remoteHostName, "remote host name");
    if (remoteServiceName === "") {
      throw new ArgumentError(
        'Cannot use "" as the remote service name: it is empty',
      );
    }
    this.#remoteServiceName = toServiceName(remoteServiceName, "remote");
  }

  /**
   * The local name or address; `null` lets the system choose.
   *
   * @returns The host name, or `null`.
   *
   * @throws {ArgumentError} If it is set to what is neither a host name nor
   * `null`.
   *
   * @example Usage
   * ```ts
   * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
   * import { assertEquals } from "@std/assert";
   *
   * const pair = new EndpointPair(null, "", "::1", 80);
   * pair.localHostName = "::1";
   *
   * assertEquals(pair.localHostName?.canonicalName, "::1");
   * ```
   */
  get localHostName(): HostName | null {
    return this.#localHostName;
  }

  set localHostName(value: HostName | string | null) {
    this.#localHostName = toLocalHostName(value);
  }

  /**
   * The local service name or port; `""` lets the system choose.
   *
   * @returns The service name, or the port in decimal digits.
   *
   * @throws {ArgumentError} If it is set to `null`, or to what is neither a port
   * nor a service name.
   *
   * @example Usage
   * ```ts
   * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
   * import { assertEquals } from "@std/assert";
   *
   * const pair = new EndpointPair(null, "", "::1", 80);
   * pair.localServiceName = 1336;
   *
   * assertEquals(pair.localServiceName, "1336");
   * ```
   */
  get localServiceName(): string {
    return this.#localServiceName;
  }

  set localServiceName(value: string | number) {
    this.#localServiceName = toServiceName(value, "local");
  }

  /**
   * The remote name or address.
   *
   * @returns The host name.
   *
   * @throws {ArgumentError} If it is set to what is not a host name.
   *
   * @example Usage
   * ```ts
   * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
   * import { assertEquals } from "@std/assert";
   *
   * const pair = new EndpointPair(null, "", "db.example", 5432);
   * pair.remoteHostName = "db2.example";
   *
   * assertEquals(pair.remoteHostName.rawName, "db2.example");
   * ```
   */
  get remoteHostName(): HostName {
    return this.#remoteHostName;
  }

  set remoteHostName(value: HostName | string) {
    this.#remoteHostName = toHostName(value, "remote host name");
  }

  /**
   * The remote service name or port. As in WinRT it may be set to `""`, but no
   * socket connects to that.
   *
   * @returns The service name, or the port in decimal digits.
   *
   * @throws {ArgumentError} If it is set to `null`, or to what is neither a port
   * nor a service name.
   *
   * @example Usage
   * ```ts
   * import { EndpointPair } from "@winrt/sockets/endpoint-pair";
   * import { assertEquals } from "@std/assert";
   *
   * const pair = new EndpointPair(null, "", "db.example", 5432);
   * pair.remoteServiceName = "postgresql";
   *
   * assertEquals(pair.remoteServiceName, "postgresql");
   * ```
   */
  get remoteServiceName(): string {
    return this.#remoteServiceName;
  }

  set remoteServiceName(value: string | number) {
    this.#remoteServiceName = toServiceName(value, "remote");
  }
}

function toLocalHostName(value: HostName | string | null): HostName | null {
  return value === null ? null : toHostName(value, "local host name");
}

function toServiceName(
  value: string | number,
  end: "local" | "remote",
): string {
  if (typeof value !== "string" && typeof value !== "number") {
    throw new ArgumentError(
      `Cannot use ${quote(value)} as the ${end} service name: ` +
        "it must be a string or a port number",
    );
  }
  if (value !== "") parseServiceName(value);
  return `${value}`;
}
