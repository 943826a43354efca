import { parseArgs } from "@std/cli";
import { ArgumentError } from "@winrt/sockets";
import { toSeconds } from "../_options.ts";

const DEFAULT_HOST = "localhost";
const DEFAULT_PORT = "1337";
const DEFAULT_TIMEOUT = "2";

/** What `--help` prints. */
export const HELP: string = `Usage: deno task echo [server | client] [options]

  echo                      run a server and a client, and show both sides
  echo server               send back what comes in
  echo client [message...]  send the message and print the reply; without one,
                            send the standard input and print the replies

Options:
  --udp        use UDP in place of TCP; a client sends the message, or each line
               of the standard input, as one datagram, and waits for the reply
  --host HOST  where to listen (default: all addresses), or what to connect to
               (default: ${DEFAULT_HOST})
  --port PORT  the port or service name (default: ${DEFAULT_PORT})
  --timeout SECONDS
               how long a client of UDP waits for a reply (default: ${DEFAULT_TIMEOUT})
  --           what follows is the message, even if it starts with a hyphen
  --help, -h   print this`;

/** What carries the bytes. */
export type Protocol = "tcp" | "udp";

/** What the command line asks for. */
export type Command =
  | { readonly name: "help" }
  | { readonly name: "both"; readonly protocol: Protocol }
  | ServerOptions
  | ClientOptions;

/** The options of `echo server`. */
export interface ServerOptions {
  readonly name: "server";
  readonly protocol: Protocol;
  /** Null: all addresses. */
  readonly host: string | null;
  readonly port: string;
}

/** The options of `echo client`. */
export interface ClientOptions {
  readonly name: "client";
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: string;
  /** Null: the standard input. */
  readonly message: string | null;
  /** In seconds; of UDP alone. */
  readonly timeout: number;
}

/** Reads the command line. */
export function parseCommand(args: readonly string[]): Command {
  const options = parseArgs(args, {
    alias: { help: "h" },
    boolean: ["help", "udp"],
    string: ["host", "port", "timeout", "_"],
    unknown: (arg, key) => {
      if (key !== undefined) throw mistake(`Unknown option "${arg}"`);
    },
  });
  if (options.help === true) return { name: "help" };
  const protocol = options.udp === true ? "udp" : "tcp";
  const host = toText(options.host, "--host");
  const port = toText(options.port, "--port");
  const timeout = toText(options.timeout, "--timeout");
  const [name, ...words] = options._.map(String);
  if (timeout !== null && (name !== "client" || protocol !== "udp")) {
    throw mistake("Needless option --timeout: it is for a client of UDP");
  }
  switch (name) {
    case undefined:
      if (host !== null || port !== null) {
        throw mistake("Missing command: server or client");
      }
      return { name: "both", protocol };
    case "server":
      if (words.length > 0) throw mistake(`Unknown argument "${words[0]}"`);
      return { name, protocol, host, port: port ?? DEFAULT_PORT };
    case "client":
      return {
        name,
        protocol,
        host: host ?? DEFAULT_HOST,
        port: port ?? DEFAULT_PORT,
        message: words.length === 0 ? null : words.join(" "),
        timeout: toSeconds("timeout", timeout ?? DEFAULT_TIMEOUT),
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
