// deno-lint-ignore-file no-console -- it prints its port for the measurement
/**
 * The same as `receiver.c`, for machines without a C compiler, and for TLS.
 *
 * @module
 */
import { CERTIFICATE, PRIVATE_KEY } from "./tls_identity.mjs";

const ADDRESS = { hostname: "127.0.0.1", port: 0 } as const;

const [mode] = Deno.args;
const listener = mode === "tls-sink"
  ? Deno.listenTls({ ...ADDRESS, cert: CERTIFICATE, key: PRIVATE_KEY })
  : Deno.listen(ADDRESS);
console.log(listener.addr.port);

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

async function sink(conn: Deno.Conn, buffer: Uint8Array): Promise<void> {
  let total = 0;
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) break;
    total += count;
  }
  await writeAll(conn, new TextEncoder().encode(String(total)));
}

async function echo(conn: Deno.Conn, buffer: Uint8Array): Promise<void> {
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    await writeAll(conn, buffer.subarray(0, count));
  }
}

async function serve(conn: Deno.TcpConn | Deno.TlsConn): Promise<void> {
  if ("setNoDelay" in conn) conn.setNoDelay(true);
  const buffer = new Uint8Array(256 * 1024);
  try {
    await (mode === "echo" ? echo : sink)(conn, buffer);
  } catch (error) {
    // A sender that ends in the middle resets its connection.
    console.error(String(error));
  } finally {
    conn.close();
  }
}

async function endWithInput(): Promise<never> {
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit();
}

endWithInput();
for await (const conn of listener) serve(conn);
