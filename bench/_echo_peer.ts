// deno-lint-ignore-file no-console -- it prints its port for the benchmark
/**
 * The other side of a benchmark, in a process of its own: `echo` sends back
 * what it gets, `sink` drops it, `source` sends 64 KiB chunks for ever; `tls-…`
 * does so over TLS. It is written with the runtime's own calls, and is the same
 * for all rows.
 *
 * @module
 */
import { CERTIFICATE, PRIVATE_KEY } from "./_peers/senders/tls_identity.mjs";

const ADDRESS = { hostname: "127.0.0.1", port: 0 } as const;
const [, tls, mode] = /^(tls-)?(.*)$/.exec(Deno.args[0] ?? "") ?? [];
const listener = tls === undefined
  ? Deno.listen(ADDRESS)
  : Deno.listenTls({ ...ADDRESS, cert: CERTIFICATE, key: PRIVATE_KEY });
console.log(listener.addr.port);

async function echo(conn: Deno.Conn, buffer: Uint8Array): Promise<void> {
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    let rest = buffer.subarray(0, count);
    while (rest.length > 0) rest = rest.subarray(await conn.write(rest));
  }
}

async function serve(conn: Deno.TcpConn | Deno.TlsConn): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  if ("setNoDelay" in conn) conn.setNoDelay(true);
  try {
    if (mode === "echo") await echo(conn, buffer);
    else if (mode === "sink") { while (await conn.read(buffer) !== null); }
    else for (;;) await conn.write(buffer);
  } catch {
    // The benchmark goes away in the middle of everything.
  } finally {
    conn.close();
  }
}

for await (const conn of listener) serve(conn);
