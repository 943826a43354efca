import { parseArgs } from "@std/cli";
import { ArgumentError } from "@winrt/sockets";

/** What `--help` prints. */
export const HELP = `Usage: deno task echo [server | client] [options]

  echo                      run a server and a client, and show both sides
  echo server               send back what comes in
  echo client [message...]  send the message and print the reply; without one,
                            send the standard input and print the replies

Options:
  --host HOST  where to listen (default: all addresses), or to connect to
               (default: localhost)
  --port PORT  the port or service name (default: 1337)
  --help       print this`;

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
  const { help, host, port, _: words } = parseArgs(args, {
    boolean: ["help"],
    string: ["host", "port", "_"],
    unknown: (arg, key) => {
      if (key !== undefined) throw unknown("option", arg);
    },
  });
  const [name, ...message] = words.map(String);
  if (help === true) return { name: "help" };
  if (name === undefined) return { name: "both" };
  const common = {
    host: typeof host === "string" ? host : null,
    port: typeof port === "string" ? port : "1337",
  };
  if (name === "server" && message.length === 0) return { name, ...common };
  if (name === "client") {
    return {
      name,
      ...common,
      host: common.host ?? "localhost",
      message: message.length === 0 ? null : message.join(" "),
    };
  }
  throw unknown("argument", message[0] ?? name);
}

function unknown(kind: string, value: string): ArgumentError {
  return new ArgumentError(
    `Unknown ${kind} "${value}", see deno task echo --help`,
  );
}
