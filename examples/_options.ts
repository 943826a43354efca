import { parseArgs } from "@std/cli";
import { ArgumentError } from "@winrt/sockets";

/** A timer counts milliseconds in 31 bits; this is far from its end. */
const MAX_SECONDS = 3600;

/**
 * Reads options that all have a value.
 *
 * @param args The command line.
 * @param defaults The options that there are, without their hyphens.
 * @returns What tells the value of an option.
 */
export function parseOptions<K extends string>(
  args: readonly string[],
  defaults: Readonly<Record<K, string>>,
): (name: K) => string {
  const names = Object.keys(defaults);
  const options = parseArgs(args, {
    string: names,
    default: defaults,
    unknown: (arg) => {
      const known = names.map((name) => `--${name}`).join(", ");
      throw new ArgumentError(`Unknown argument "${arg}": there are ${known}`);
    },
  });
  return (name) => {
    const value = options[name];
    if (typeof value === "string" && value !== "") return value;
    throw new ArgumentError(`Missing value of --${name}`);
  };
}

/** The value of an option that is a time in seconds. */
export function toSeconds(option: string, value: string): number {
  const seconds = Number(value);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new ArgumentError(
    `Invalid value of --${option} "${value}": it must be a number of seconds above 0, ${MAX_SECONDS} at most`,
  );
}

/** The value of an option that is a whole number. */
export function toInteger(
  option: string,
  value: string,
  range: { readonly least: number; readonly most: number },
): number {
  const number = Number(value);
  const { least, most } = range;
  if (Number.isInteger(number) && number >= least && number <= most) {
    return number;
  }
  throw new ArgumentError(
    `Invalid value of --${option} "${value}": it must be a whole number from ${least} to ${most}`,
  );
}
