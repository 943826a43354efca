import { createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Child, type Command } from "../examples/_child.ts";

/** The programs that the tests talk to, with the Debian packages that have them. */
const PACKAGES = {
  "aiosmtpd": "python3-aiosmtpd",
  "cc": "gcc",
  "dnsmasq": "dnsmasq-base",
  "nginx": "nginx-light",
  "node": "nodejs",
  "openssl": "openssl",
  "redis-server": "redis-server",
  "script": "bsdutils",
  "socat": "socat",
  "strace": "strace",
  "systemd-socket-activate": "systemd",
} as const;

/** The flags for Deno that choose how a `DatagramSocket` is made. */
export const DATAGRAM_FLAGS: Readonly<Record<string, readonly string[]>> = {
  "native calls": ["--allow-ffi"],
  "Deno.listenDatagram": ["--unstable-net"],
  "node:dgram": [],
};

/** A server of others that listens on 127.0.0.1. */
export interface Server extends AsyncDisposable {
  readonly port: string;
}

/** Starts a program. It is an error, not a reason to skip, if there is none. */
export function startPeer(
  program: keyof typeof PACKAGES,
  ...args: string[]
): Child {
  try {
    return startChild(program, args);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      `Cannot run "${program}": not found, try "apt-get install ${
        PACKAGES[program]
      }"`,
      { cause },
    );
  }
}

/** What only root runs is not always on the PATH of others. */
function startChild(program: string, args: readonly string[]): Child {
  try {
    return new Child([program, ...args]);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    return new Child([`/usr/sbin/${program}`, ...args]);
  }
}

/** Starts a program of this folder that Node runs. */
export function startNode(program: string, ...args: string[]): Child {
  return startPeer("node", pathOf(program), ...args);
}

/** The command that runs a program of this folder with the net and more. */
export function denoCommand(
  flags: readonly string[],
  program: string,
  ...args: string[]
): Command {
  const all = ["--quiet", "--no-prompt", "--allow-net", ...flags];
  return [Deno.execPath(), "run", ...all, pathOf(program), ...args];
}

/** Starts a socat that joins each client to an address of its own kind. */
export async function startSocat(address: string): Promise<Server> {
  // Two -d make it tell the port that the system chose.
  const listen = "TCP4-LISTEN:0,bind=127.0.0.1,fork";
  const child = startPeer("socat", "-d", "-d", listen, address);
  const port = await child.stderr.match(/listening on AF=2 127\.0\.0\.1:(\d+)/);
  return toServer(child, port);
}

/** Starts a socat that sends each datagram back. */
export async function startDatagramSocat(): Promise<Server> {
  const port = await freeDatagramPort();
  const address = `UDP4-RECVFROM:${port},bind=127.0.0.1,fork`;
  const child = startPeer("socat", "-d", "-d", "-b", "65536", address, "PIPE");
  await child.stderr.match(/receiving on AF=2 127\.0\.0\.1/);
  return toServer(child, port);
}

/**
 * Starts a DNS server that knows what its options tell, and asks nobody.
 *
 * @param options Of dnsmasq, such as `--host-record=NAME,ADDRESS`.
 */
export async function startDnsmasq(
  ...options: string[]
): Promise<Server> {
  // It listens on TCP too, where ports are in use for longer.
  const port = freePort();
  const child = startPeer(
    "dnsmasq",
    // In the foreground, by the user who runs the tests, with no files.
    ...["--no-daemon", "--log-facility=-", "--conf-file=/dev/null"],
    ...["--no-hosts", "--no-resolv", "--bind-interfaces"],
    ...["--listen-address=127.0.0.1", `--port=${port}`, ...options],
  );
  await child.stderr.match(/started, version/);
  return toServer(child, port);
}

/** Starts a Redis server that keeps nothing. */
export async function startRedis(): Promise<Server> {
  const port = freePort();
  const address = ["--bind", "127.0.0.1", "--port", port];
  const child = startPeer("redis-server", ...address, "--save", "");
  await child.stdout.match(/Ready to accept connections/);
  return toServer(child, port);
}

function toServer(child: Child, port: string): Server {
  return { port, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

function pathOf(program: string): string {
  return fileURLToPath(new URL(program, import.meta.url));
}

/** For servers that cannot let the system choose the port. */
export function freePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `${listener.addr.port}`;
}

/** The same for datagrams. */
async function freeDatagramPort(): Promise<string> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return `${port}`;
}
