/** Declarations of the `@std/cli` functions that this project uses. */

export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  default?: Readonly<Record<string, unknown>>;
  alias?: Readonly<Record<string, string | readonly string[]>>;
  negatable?: readonly string[];
  stopEarly?: boolean;
  "--"?: boolean;
  unknown?: (
    arg: string,
    key?: string,
    value?: unknown,
  ) => unknown;
}
export interface Args {
  _: (string | number)[];
  [key: string]: unknown;
}
export declare function parseArgs(
  args: readonly string[],
  options?: ParseOptions,
): Args;
