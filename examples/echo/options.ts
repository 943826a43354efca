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
  --tls        use TLS over TCP; a server makes itself a certificate, and tells
               its fingerprint
  --fingerprint HEX
               the certificate that a client of TLS trusts (default: those of
               the authorities that the system trusts, for the host)
  --ws         use WebSockets over TCP or TLS; a client sends the message, or
               each line of the standard input, as one text message, and waits
               for the reply
  --udp        use UDP in place of TCP; a client sends the message, or each line
               of the standard input, as one datagram, and waits for the reply
  --host HOST  where to listen (default: all addresses), or what to connect to
               (default: ${DEFAULT_HOST})
  --port PORT  the port or service name (default: ${DEFAULT_PORT}); a client of
               WebSockets takes no name
  --timeout SECONDS
               how long a client of UDP waits for a reply (default: ${DEFAULT_TIMEOUT})
  --           what follows is the message, even if it starts with a hyphen
  --help, -h   print this`;

/** What carries the bytes. */
export type Protocol = "tcp" | "udp" | "ws";

/** What the command line asks for. */
export type Command =
  | { readonly name: "help" }
  | BothOptions
  | ServerOptions
  | ClientOptions;

/** The options of `echo` alone. */
export interface BothOptions {
  readonly name: "both";
  readonly protocol: Protocol;
  readonly tls: boolean;
}

/** The options of `echo server`. */
export interface ServerOptions {
  readonly name: "server";
  readonly protocol: Protocol;
  readonly tls: boolean;
  /** Null: all addresses. */
  readonly host: string | null;
  readonly port: string;
}

/** The options of `echo client`. */
export interface ClientOptions {
  readonly name: "client";
  readonly protocol: Protocol;
  readonly tls: boolean;
  /** SHA-256 of the certificate to trust, in hexadecimal digits. */
  readonly fingerprint: string | null;
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
    boolean: ["help", "tls", "udp", "ws"],
    string: ["fingerprint", "host", "port", "timeout", "_"],
    unknown: (arg, key) => {
      if (key !== undefined) throw mistake(`Unknown option "${arg}"`);
    },
  });
  if (options.help === true) return { name: "help" };
  const tls = options.tls === true;
  const protocol = toProtocol({
    tls,
    udp: options.udp === true,
    ws: options.ws === true,
  });
  const host = toText(options.host, "--host");
  const port = toText(options.port, "--port");
  const timeout = toText(options.timeout, "--timeout");
  const fingerprint = toFingerprint(options.fingerprint);
  const [name, ...words] = options._.map(String);
  if (fingerprint !== null && !(name === "client" && tls)) {
    throw mistake("Needless option --fingerprint: it is for a client of TLS");
  }
  if (timeout !== null && (name !== "client" || protocol !== "udp")) {
    throw mistake("Needless option --timeout: it is for a client of UDP");
  }
  switch (name) {
    case undefined:
      if (host !== null || port !== null) {
        throw mistake("Missing command: server or client");
      }
      return { name: "both", protocol, tls };
    case "server":
      if (words.length > 0) throw mistake(`Unknown argument "${words[0]}"`);
      return { name, protocol, tls, host, port: port ?? DEFAULT_PORT };
    case "client":
      return {
        name,
        protocol,
        tls,
        fingerprint,
        host: host ?? DEFAULT_HOST,
        port: port ?? DEFAULT_PORT,
        message: words.length === 0 ? null : words.join(" "),
        timeout: toSeconds("timeout", timeout ?? DEFAULT_TIMEOUT),
      };
    default:
      throw mistake(`Unknown command "${name}"`);
  }
}

function toProtocol(
  { tls, udp, ws }: Readonly<Record<"tls" | "udp" | "ws", boolean>>,
): Protocol {
  if (udp && (tls || ws)) {
    const other = tls ? "--tls and --udp" : "--udp and --ws";
    throw mistake(`Options that exclude each other: ${other}`);
  }
  if (udp) return "udp";
  return ws ? "ws" : "tcp";
}

function toFingerprint(value: unknown): string | null {
  const text = toText(value, "--fingerprint")?.toLowerCase() ?? null;
  if (text === null || /^[\da-f]{64}$/.test(text)) return text;
  throw mistake(`Wrong fingerprint "${text}": it has 64 hexadecimal digits`);
}

function toText(value: unknown, option: string): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw mistake(`Missing value of ${option}`);
}

function mistake(message: string): ArgumentError {
  return new ArgumentError(`${message}, see deno task echo --help`);
}
