import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "./_quote.ts";
import { HostName } from "./host_name.ts";

/**
 * Takes a host name as the methods of the socket classes do.
 *
 * @param value A host name, or a string that becomes one.
 * @param what What it is for, such as `remote host name`.
 *
 * @throws {ArgumentError} If it is neither, or not a host name.
 */
export function toHostName(value: HostName | string, what: string): HostName {
  if (value instanceof HostName) return value;
  if (typeof value === "string") return new HostName(value);
  throw new ArgumentError(
    `Cannot use ${
      quote(value)
    } as the ${what}: it must be a HostName or a string`,
  );
}
