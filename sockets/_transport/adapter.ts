import { ArgumentError } from "../../errors/argument_error.ts";

/**
 * The addresses of a network interface, with their zone where one is needed.
 *
 * @param name The name of the interface, such as `eth0`.
 *
 * @throws {ArgumentError} If there is no such interface.
 * @throws {Deno.errors.NotCapable} Without `--allow-sys=networkInterfaces`.
 */
export function adapterAddresses(name: string): readonly string[] {
  if (typeof name !== "string") {
    throw new ArgumentError(
      `Cannot use the adapter "${name}": it must be the name of a network interface`,
    );
  }
  const interfaces = Deno.networkInterfaces();
  const addresses = interfaces
    .filter((entry) => entry.name === name)
    .map(({ address, scopeid }) => scopeid ? `${address}%${scopeid}` : address);
  if (addresses.length > 0) return addresses;
  const names = new Set(interfaces.map((entry) => entry.name));
  throw new ArgumentError(
    `Cannot use the adapter "${name}": there is none, only ${
      [...names].join(", ")
    }`,
  );
}

/** Whether two IP addresses are of one family. */
export function isSameFamily(one: string, other: string): boolean {
  return one.includes(":") === other.includes(":");
}
