/**
 * Finds out which peers there are, and how to start them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import ws from "ws/package.json" with { type: "json" };
import config from "../../deno.json" with { type: "json" };
import {
  type DatagramPeerMode,
  type Peer,
  PEERS,
  type SenderName,
} from "./scenarios.ts";
import { type Command, lastLine } from "./worker.ts";

/** Bun comes from npm in this version, whatever is installed. */
const BUN = "bun@1.4.5";
const BUILD_FOLDER = "build/";
const WINRT_SENDER = "senders/winrt_sender.ts";

/** A peer that can be measured. */
export interface FoundPeer {
  readonly peer: Peer;
  /** What it is, and which version. */
  readonly version: string;
  readonly senders: readonly (readonly [SenderName, Command])[];
}

/** A peer that cannot be measured. */
export interface MissingPeer {
  readonly peer: Peer;
  /** What is missing, and what would install it. */
  readonly reason: string;
}

/** Who is there. */
export interface Peers {
  readonly found: readonly FoundPeer[];
  readonly missing: readonly MissingPeer[];
}

class MissingPeerError extends Error {
  override readonly name = "MissingPeerError";
}

/** Looks for peers; this library is always there. */
export async function findPeers(
  wanted: ReadonlySet<Peer>,
  signal: AbortSignal,
): Promise<Peers> {
  const found: FoundPeer[] = [];
  const missing: MissingPeer[] = [];
  for (const peer of PEERS) {
    if (peer !== "winrt" && !wanted.has(peer)) {
      missing.push({ peer, reason: "left out by --peers" });
      continue;
    }
    try {
      found.push({ peer, ...await FINDERS[peer](signal) });
    } catch (error) {
      if (!(error instanceof MissingPeerError)) throw error;
      missing.push({ peer, reason: error.message });
    }
  }
  return { found, missing };
}

/** Starts the other side: in C if there is a compiler, else in Deno. */
export function toReceiver(
  { found }: Peers,
  mode: "sink" | "echo",
): Command {
  return found.some(({ peer }) => peer === "c")
    ? [toPath(`${BUILD_FOLDER}receiver`), mode]
    : denoCommand("senders/receiver.ts", mode);
}

/** Starts the other side for WebSockets, which is there in Deno alone. */
export function toWebSocketPeer(mode: "sink" | "echo"): Command {
  return denoCommand("senders/web_socket_peer.ts", mode);
}

/** Starts what is compared with it: the same without WebSockets. */
export function toPlainEcho(): Command {
  return denoCommand("senders/receiver.ts", "echo");
}

/** Starts the other side for TLS, which is there in Deno alone. */
export function toSecureReceiver(): Command {
  return denoCommand("senders/receiver.ts", "tls-sink");
}

const C_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "sender": ["sender.c", "datagram_sender.c"],
  "receiver": ["receiver.c"],
  "datagram_peer": ["datagram_peer.c"],
};

/** Starts the other side for datagrams, which is there in C alone. */
export function toDatagramPeer(mode: DatagramPeerMode): Command {
  return [toPath(`${BUILD_FOLDER}datagram_peer`), mode];
}

type Finder = (signal: AbortSignal) => Promise<Omit<FoundPeer, "peer">>;

const FINDERS: Readonly<Record<Peer, Finder>> = {
  c: findC,
  winrt: () =>
    Promise.resolve({
      version:
        `${config.name} ${config.version}; "winrt, FFI" has --allow-ffi, "winrt, unstable" --unstable-net`,
      senders: [
        ["winrt-ffi", denoCommand("--allow-ffi", WINRT_SENDER)],
        ["winrt-unstable", denoCommand("--unstable-net", WINRT_SENDER)],
        ["winrt", denoCommand(WINRT_SENDER)],
      ],
    }),
  deno: () =>
    Promise.resolve({
      version: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`,
      senders: [[
        "deno",
        denoCommand("--unstable-net", "senders/deno_sender.ts"),
      ]],
    }),
  node: findNode,
  bun: findBun,
};

async function findC(signal: AbortSignal): ReturnType<Finder> {
  const remedy = "a C compiler, such as by `apt-get install gcc libc6-dev`";
  const options = { remedy, signal };
  const version = await runProgram(["cc", "--version"], options);
  await Deno.mkdir(toPath(BUILD_FOLDER), { recursive: true });
  for (const [name, sources] of Object.entries(C_PROGRAMS)) {
    const target = toPath(`${BUILD_FOLDER}${name}`);
    const files = sources.map((source) => toPath(`senders/${source}`));
    const args = ["-O2", "-pthread", "-o", target, ...files];
    await runProgram(["cc", ...args], options);
  }
  return {
    version: `${version.split("\n")[0]}, -O2`,
    senders: [["c", [toPath(`${BUILD_FOLDER}sender`)]]],
  };
}

async function findNode(signal: AbortSignal): ReturnType<Finder> {
  const remedy = "Node, from https://nodejs.org or by `apt-get install nodejs`";
  const output = await runProgram(["node", "--version"], { remedy, signal });
  const version = /^v(\d\S*)\s*$/.exec(output)?.[1];
  // Deno.Command runs Deno in place of a `node` that is not there.
  if (version === undefined) throw notFound("node", remedy);
  // Node finds it where Deno has put it.
  const module = import.meta.resolve("ws");
  return {
    version: `Node ${version}, ws ${ws.version}`,
    senders: [["node", ["node", toPath("senders/node_sender.mjs"), module]]],
  };
}

async function findBun(signal: AbortSignal): ReturnType<Finder> {
  const remedy = `npm, such as by \`apt-get install npm\`, for \`npx ${BUN}\``;
  // Bun itself is started later, since npx would stand in between.
  const script = "console.log(Bun.version); console.log(process.execPath)";
  const output = await runProgram(
    ["npx", "-y", BUN, "-e", script],
    { remedy, signal },
  );
  const [version, path = "bun"] = output.trim().split("\n");
  return {
    version: `Bun ${version}`,
    senders: [["bun", [path, toPath("senders/bun_sender.ts")]]],
  };
}

/** What a missing program takes, and until when one may run. */
interface RunOptions {
  readonly remedy: string;
  readonly signal: AbortSignal;
}

async function runProgram(
  [program, ...args]: Command,
  { remedy, signal }: RunOptions,
): Promise<string> {
  const command = new Deno.Command(program, { args, stdin: "null", signal });
  let output: Deno.CommandOutput;
  try {
    output = await command.output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw notFound(program, remedy);
  }
  signal.throwIfAborted();
  if (output.success) return new TextDecoder().decode(output.stdout);
  const reason = findReason(new TextDecoder().decode(output.stderr));
  throw new MissingPeerError(
    `\`${program}\` failed: ${reason}; it takes ${remedy}`,
  );
}

function notFound(program: string, remedy: string): MissingPeerError {
  return new MissingPeerError(
    `\`${program}\` was not found; install ${remedy}`,
  );
}

/** The first line of the messages of a program that tells of an error. */
function findReason(messages: string): string {
  const lines = messages.trim().split("\n");
  return lines.find((line) => /error/i.test(line)) ?? lastLine(messages);
}

/** The first argument that is no flag is a file of this folder. */
function denoCommand(...args: string[]): Command {
  const flags = ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1"];
  const rest = args.map((arg) => arg.endsWith(".ts") ? toPath(arg) : arg);
  return [Deno.execPath(), ...flags, ...rest];
}

function toPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
