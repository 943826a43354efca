import { fileURLToPath } from "node:url";
import { Child } from "../examples/_child.ts";

/** The programs that the tests talk to, with the Debian packages that have them. */
const PACKAGES = {
  "node": "nodejs",
  "redis-server": "redis-server",
  "script": "bsdutils",
  "socat": "socat",
  "strace": "strace",
} as const;

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
    return new Child([program, ...args]);
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

/** Starts a program of this folder that Node runs. */
export function startNode(program: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return startPeer("node", path, ...args);
}

/** Starts a socat that joins each client to an address of its own kind. */
export async function startSocat(address: string): Promise<Server> {
  // Two -d make it tell the port that the system chose.
  const listen = "TCP4-LISTEN:0,bind=127.0.0.1,fork";
  const child = startPeer("socat", "-d", "-d", listen, address);
  const port = await child.stderr.match(/listening on AF=2 127\.0\.0\.1:(\d+)/);
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

/** For servers that cannot let the system choose the port. */
function freePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `${listener.addr.port}`;
}
