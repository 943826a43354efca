import { parseArgs } from "@std/cli";
import { ArgumentError } from "@winrt/sockets";

const DEFAULT_HOST = "localhost";
const DEFAULT_PORT = "1337";

/** What `--help` prints. */
export const HELP: string = `Usage: deno task echo [server | client] [options]

  echo                      run a server and a client, and show both sides
  echo server               send back what comes in
  echo client [message...]  send the message and print the reply; without one,
                            send the standard input and print the replies

Options:
  --host HOST  where to listen (default: all addresses), or what to connect to
               (default: ${DEFAULT_HOST})
  --port PORT  the port or service name (default: ${DEFAULT_PORT})
  --           what follows is the message, even if it starts with a hyphen
  --help, -h   print this`;

/** What the command line asks for. */
export type Command =
  | { readonly name: "help" | "both" }
  | ServerOptions
  | ClientOptions;

/** The options of `echo server`. */
export interface ServerOptions {
  readonly name: "server";
  /** Null: all addresses. */
  readonly host: string | null;
  readonly port: string;
}

/** The options of `echo client`. */
export interface ClientOptions {
  readonly name: "client";
  readonly host: string;
  readonly port: string;
  /** Null: the standard input. */
  readonly message: string | null;
}

/** Reads the command line. */
export function parseCommand(args: readonly string[]): Command {
  const options = parseArgs(args, {
    alias: { help: "h" },
    boolean: ["help"],
    string: ["host", "port", "_"],
    unknown: (arg, key) => {
      if (key !== undefined) throw mistake(`Unknown option "${arg}"`);
    },
  });
  if (options.help === true) return { name: "help" };
  const host = toText(options.host, "--host");
  const port = toText(options.port, "--port");
  const [name, ...words] = options._.map(String);
  switch (name) {
    case undefined:
      if (host !== null || port !== null) {
        throw mistake("Missing command: server or client");
      }
      return { name: "both" };
    case "server":
      if (words.length > 0) throw mistake(`Unknown argument "${words[0]}"`);
      return { name, host, port: port ?? DEFAULT_PORT };
    case "client":
      return {
        name,
        host: host ?? DEFAULT_HOST,
        port: port ?? DEFAULT_PORT,
        message: words.length === 0 ? null : words.join(" "),
      };
    default:
      throw mistake(`Unknown command "${name}"`);
  }
}

function toText(value: unknown, option: string): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw mistake(`Missing value of ${option}`);
}

function mistake(message: string): ArgumentError {
  return new ArgumentError(`${message}, see deno task echo --help`);
}
