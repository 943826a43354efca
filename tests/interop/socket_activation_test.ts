import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Child } from "../examples/_child.ts";
import { startPeer } from "./_peers.ts";

const EXAMPLE = fileURLToPath(
  new URL("../../examples/activated_echo.ts", import.meta.url),
);

/** Two ports that are free at this moment. */
function freePorts(): readonly [number, number] {
  using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return [first.addr.port, second.addr.port];
}

/** Starts the example by systemd's own program, which listens before it. */
function activate(
  ports: readonly [number, number],
  ...flags: string[]
): Child {
  const [web, admin] = ports;
  return startPeer(
    "systemd-socket-activate",
    `--listen=127.0.0.1:${web}`,
    `--listen=127.0.0.1:${admin}`,
    "--fdname=web:admin",
    "--setenv=NO_COLOR=1",
    // Else the program starts without the cache of modules.
    ...["PATH", "HOME", "DENO_DIR"].map((name) => `--setenv=${name}`),
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    ...flags,
    EXAMPLE,
  );
}

async function echo(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(text));
  await conn.closeWrite();
  return await new Response(conn.readable).text();
}

Deno.test("StreamSocketListener.fromDescriptor() serves the sockets of systemd-socket-activate, and the client that has started it", async () => {
  const ports = freePorts();
  await using child = activate(
    ports,
    "--allow-ffi",
    "--allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES",
  );
  await child.stderr.match(/Listening on .*Listening on /s);
  const [web, admin] = ports;
  // The program starts now.
  assertEquals(await echo(admin, "first"), "first");
  assertEquals(await child.stdout.match(/web has port (\d+)/), `${web}`);
  assertEquals(await child.stdout.match(/admin has port (\d+)/), `${admin}`);
  assertEquals(await echo(web, "second"), "second");
});

Deno.test("activationDescriptors() throws NotCapable without the permission for its variables", async () => {
  const ports = freePorts();
  await using child = activate(ports, "--allow-ffi");
  await child.stderr.match(/Listening on .*Listening on /s);
  using _conn = await Deno.connect({ hostname: "127.0.0.1", port: ports[0] });
  const { stderr } = await child.outcome();
  assertMatch(stderr, /NotCapable: Requires env access to "LISTEN_PID"/);
});

Deno.test("StreamSocketListener.fromDescriptor() throws without --allow-ffi, and names it", async () => {
  const ports = freePorts();
  await using child = activate(
    ports,
    "--allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES",
  );
  await child.stderr.match(/Listening on .*Listening on /s);
  using _conn = await Deno.connect({ hostname: "127.0.0.1", port: ports[0] });
  const { stderr } = await child.outcome();
  assertMatch(stderr, /InvalidOperationError: .*--allow-ffi/);
});
