import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Child, Outcome } from "../examples/_child.ts";
import { startPeer } from "./_peers.ts";

const WRITES = "write,writev,sendto,sendmsg,sendmmsg";

const permissions = {
  net: ["127.0.0.1"],
  run: ["strace"],
} satisfies Deno.PermissionOptions;

/** There is no strace but on Linux; and some containers forbid ptrace(2). */
const ignore = Deno.build.os !== "linux" || isTracingForbidden();

interface Way {
  readonly name: string;
  readonly way: string;
  readonly size: number;
  readonly count: number;
  /** The most system calls that it may take. */
  readonly most: number;
  /** The same where native calls send some of it, all else being sent alike. */
  readonly mostNative?: number;
}

const WAYS: readonly Way[] = [
  {
    name: "1,000 writes of 64 bytes and one flush",
    way: "flush",
    size: 64,
    count: 1000,
    most: 3,
  },
  {
    name: "1,000 writes of 64 bytes, awaited all at once,",
    way: "allAtOnce",
    size: 64,
    count: 1000,
    most: 3,
  },
  {
    name: "1,000 writes of 64 bytes, awaited by 100 tasks,",
    way: "tasks",
    size: 64,
    count: 1000,
    most: 20,
  },
  {
    name: "1,000 writes of 64 bytes of a writer and one flush",
    way: "writer",
    size: 64,
    count: 1000,
    most: 3,
  },
  {
    name: "1,000 stores of 64 bytes of a DataWriter and one flush",
    way: "dataWriter",
    size: 64,
    count: 1000,
    most: 3,
  },
  {
    name: "1,000 chunks of 64 bytes of a pipe",
    way: "pipeTo",
    size: 64,
    count: 1000,
    most: 20,
  },
  {
    name: "64 writes of 16 KiB and one flush",
    way: "flush",
    size: 16 * 1024,
    count: 64,
    // In slabs of 128 KiB, and some of them in parts while the peer is behind.
    most: 32,
    mostNative: 24,
  },
];

for (const isNative of [false, true]) {
  for (const { name, way, size, count, most, mostNative = most } of WAYS) {
    const limit = isNative ? mostNative : most;
    Deno.test({
      name: `${name} take ${limit} system calls at most, ${
        isNative ? "with" : "without"
      } native calls`,
      ignore,
      permissions,
      async fn() {
        const calls = await trace(isNative, way, size, count);
        assertLessOrEqual(calls.length, limit);
        if (mostNative === most) return;
        // Else the calls with native ones could be those without.
        const hasNative = calls.some((call) => call.includes("sendmsg("));
        assertEquals(hasNative, isNative, "Whether sendmsg was called");
      },
    });
  }
}

Deno.test({
  name: "Writes that are awaited one by one take a system call each",
  ignore,
  permissions,
  async fn() {
    const calls = await trace(false, "oneByOne", 64, 100);
    assertEquals(calls.length, 100);
  },
});

/** Runs a program that sends; resolves with the calls that write to its socket. */
async function trace(
  isNative: boolean,
  way: string,
  size: number,
  count: number,
): Promise<readonly string[]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const args = [port, way, size, count].map(String);
  await using child = startTraced(isNative, args);
  const log = child.outcome().then(toLog);
  const accepted = listener.accept();
  // A program that fails may never connect.
  const conn = await Promise.race([accepted, log.then(() => accepted)]);
  const [received, lines] = await Promise.all([receive(conn), log]);
  assertEquals(received, size * count);
  const calls = lines.filter((line) => line.includes(`->127.0.0.1:${port}]`));
  assert(calls.length > 0, "No call was traced");
  return calls;
}

function startTraced(isNative: boolean, args: readonly string[]): Child {
  return startPeer(
    "strace",
    // -f: all threads; -yy: descriptors with the addresses of their sockets.
    ...["-f", "-yy", "-s", "0", "-e", `trace=${WRITES}`, "-e", "signal=none"],
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-net=127.0.0.1",
    ...isNative ? ["--allow-ffi"] : [],
    fileURLToPath(new URL("_batched_sends.ts", import.meta.url)),
    ...args,
  );
}

/** The lines that strace has printed. */
function toLog({ code, stderr }: Outcome): readonly string[] {
  assertEquals(code, 0, stderr);
  return stderr.split("\n");
}

function isTracingForbidden(): boolean {
  try {
    const command = new Deno.Command("strace", { args: ["-qq", "true"] });
    const { success, stderr } = command.outputSync();
    const message = new TextDecoder().decode(stderr);
    return !success && /ptrace.*: Operation not permitted/i.test(message);
  } catch (error) {
    // The tests tell what is missing.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Reads to the end; resolves with how many bytes came. */
async function receive(conn: Deno.TcpConn): Promise<number> {
  let count = 0;
  for await (const chunk of conn.readable) count += chunk.length;
  return count;
}
