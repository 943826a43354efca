import { Child, example } from "./_child.ts";

/** The echo server, on a port of its own. */
export interface EchoServer extends AsyncDisposable {
  readonly child: Child;
  readonly port: string;
}

/** Starts the echo server on 127.0.0.1. */
export async function startEchoServer(
  ...args: string[]
): Promise<EchoServer> {
  const address = ["--host", "127.0.0.1", "--port", "0"];
  const child = new Child(example("echo.ts", "server", ...address, ...args));
  return {
    child,
    port: await child.stdout.match(/^listening on port (\d+)\n/m),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Starts the echo client. */
export function startEchoClient(port: string, ...args: string[]): Child {
  const address = ["--host", "127.0.0.1", "--port", port];
  return new Child(example("echo.ts", "client", ...address, ...args));
}

/** Bytes that no program changes without being found out. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  // crypto.getRandomValues() gives no more than this at once.
  const limit = 65536;
  for (let i = 0; i < count; i += limit) {
    crypto.getRandomValues(bytes.subarray(i, i + limit));
  }
  return bytes;
}
