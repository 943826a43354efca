import { parseArgs } from "@std/cli";

/** How a broker runs. */
export interface BrokerOptions {
  /** Null for the usual one. */
  readonly stateDirectory: string | null;
  readonly maxSockets: number;
  /** So many tasks run at once. */
  readonly maxTasks: number;
  /** A task may run for so many milliseconds. */
  readonly taskTime: number;
  /** The broker ends after so many milliseconds without sockets; null is never. */
  readonly idleTime: number | null;
  readonly isLogFile: boolean;
  /** Whether it runs apart from the process that has started it. */
  readonly isBackground: boolean;
}

/** What is written with `--help`. */
export const HELP =
  `Hold sockets for programs, and start their background tasks.

Usage: deno task broker [options]

  --state-directory=<path>    Where the socket and the files of the broker are
                              (WINRT_SOCKETS_BROKER, or /run/user/<uid>/winrt-sockets)
  --max-sockets=<count>       Hold so many sockets (4096)
  --max-tasks=<count>         Run so many tasks at once (8)
  --task-time=<seconds>       End tasks that run longer (30)
  --exit-when-idle=<seconds>  End when there were no sockets for so long (never)
  --log-file                  Write to broker.log in the state directory
  --background                Start it apart from this terminal, with --log-file,
                              and wait until it answers
  --help                      Show this
`;

const NUMBERS = ["max-sockets", "max-tasks", "task-time", "exit-when-idle"];
const DEFAULTS = { "max-sockets": 4096, "max-tasks": 8, "task-time": 30 };
const SECOND = 1000;

/** A command line that is not right. */
export class UsageFailure extends Error {
  override readonly name = "UsageFailure";
}

/**
 * What a command line says; null if it asks for help.
 *
 * @throws {UsageFailure} If it is not right.
 */
export function parseOptions(args: readonly string[]): BrokerOptions | null {
  const parsed = parseArgs(args, {
    boolean: ["background", "help", "log-file"],
    string: ["state-directory", ...NUMBERS],
    unknown: refuse,
  });
  if (parsed.help === true) return null;
  const { "state-directory": directory } = parsed;
  const idle = toCount(parsed, "exit-when-idle");
  return {
    stateDirectory: typeof directory === "string" ? directory : null,
    maxSockets: toCount(parsed, "max-sockets") ?? DEFAULTS["max-sockets"],
    maxTasks: toCount(parsed, "max-tasks") ?? DEFAULTS["max-tasks"],
    taskTime: SECOND *
      (toCount(parsed, "task-time") ?? DEFAULTS["task-time"]),
    idleTime: idle === null ? null : idle * SECOND,
    isLogFile: parsed["log-file"] === true,
    isBackground: parsed.background === true,
  };
}

/** The options of a broker that runs in the background, on its command line. */
export function backgroundOptions(
  { maxSockets, maxTasks, taskTime, idleTime }: BrokerOptions,
): string[] {
  const idle = idleTime === null
    ? []
    : [`--exit-when-idle=${idleTime / SECOND}`];
  return [
    `--max-sockets=${maxSockets}`,
    `--max-tasks=${maxTasks}`,
    `--task-time=${taskTime / SECOND}`,
    ...idle,
    "--log-file",
  ];
}

function refuse(argument: string): never {
  throw new UsageFailure(`Cannot use "${argument}": there is no such option`);
}

function toCount(
  parsed: Readonly<Record<string, unknown>>,
  name: string,
): number | null {
  const value = parsed[name];
  if (value === undefined) return null;
  if (typeof value === "string" && /^[1-9]\d{0,5}$/.test(value)) {
    return Number(value);
  }
  throw new UsageFailure(
    `Cannot use "${
      String(value)
    }" as --${name}: it must be a number from 1 to 999999`,
  );
}
