/**
 * Secure connections beside plain ones: batches of packets, round trips and
 * handshakes. "told" is `control.collectTlsInformation`, which has node:tls do
 * what the runtime's own TLS does faster.
 *
 * ```sh
 * deno bench --allow-net=127.0.0.1 --allow-run bench/secure_socket_bench.ts
 * ```
 *
 * The time of a row is that of one batch, one trip, or one connection. Each row
 * has a connection of its own, to a process of the runtime's own calls. The times
 * are to be read by people; no test fails for them.
 *
 * @module
 */
import {
  Certificate,
  SocketProtectionLevel,
  StreamSocket,
} from "@winrt/sockets";
import { startPeer } from "./_peer.ts";
import { CERTIFICATE } from "./_peers/senders/tls_identity.mjs";

const HOST = "127.0.0.1";
const BATCHES = [
  { group: "64 B × 1000", size: 64, count: 1000 },
  { group: "64 KiB × 100", size: 64 * 1024, count: 100 },
];

type Protection = "plain" | "tls" | "told";

const root = await Certificate.fromPem(CERTIFICATE);
const ports = {
  sink: await startPeer("sink"),
  echo: await startPeer("echo"),
  secureSink: await startPeer("tls-sink"),
  secureEcho: await startPeer("tls-echo"),
};

async function connect(
  protection: Protection,
  port: number,
): Promise<StreamSocket> {
  const socket = new StreamSocket();
  await socket.connectAsync(HOST, port);
  if (protection === "plain") return socket;
  socket.control.trustedRootCertificates.push(root);
  socket.control.collectTlsInformation = protection === "told";
  const { tls12 } = SocketProtectionLevel;
  await socket.upgradeToSslAsync(tls12, "localhost");
  return socket;
}

async function connectDeno(
  protection: Protection,
  port: number,
): Promise<Deno.TcpConn | Deno.TlsConn> {
  const conn = await Deno.connect({ hostname: HOST, port });
  conn.setNoDelay(true);
  if (protection === "plain") return conn;
  const options = { hostname: "localhost", caCerts: [CERTIFICATE] };
  const secure = await Deno.startTls(conn, options);
  await secure.handshake();
  return secure;
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

for (const { group, size, count } of BATCHES) {
  const packets = Array.from({ length: count }, () => new Uint8Array(size));
  const rows = [
    ["plain", ports.sink],
    ["tls", ports.secureSink],
    ["told", ports.secureSink],
  ] as const;
  const options = { n: 60, warmup: 15 };
  for (const [protection, port] of rows) {
    if (protection !== "told") {
      const conn = await connectDeno(protection, port);
      const name = `Deno.Conn.write(), ${protection}`;
      const baseline = protection === "tls";
      Deno.bench(name, { group, baseline, ...options }, async () => {
        for (const packet of packets) await writeAll(conn, packet);
      });
    }
    const { outputStream } = await connect(protection, port);
    Deno.bench(
      `StreamSocket, ${protection}`,
      { group, ...options },
      async () => {
        for (const packet of packets) outputStream.writeAsync(packet);
        await outputStream.flushAsync();
      },
    );
  }
}

for (
  const [protection, port] of [
    ["plain", ports.echo],
    ["tls", ports.secureEcho],
    ["told", ports.secureEcho],
  ] as const
) {
  const baseline = protection === "plain";
  const message = new Uint8Array(64);
  const reply = new Uint8Array(64);
  const { inputStream, outputStream } = await connect(protection, port);
  const trip = { group: "round trip of 64 B", baseline, n: 2000, warmup: 500 };
  Deno.bench(`StreamSocket, ${protection} trip`, trip, async () => {
    outputStream.writeAsync(message);
    await inputStream.readAsync(reply);
  });
  const setup = { group: "connect and close", baseline, n: 100, warmup: 20 };
  Deno.bench(`StreamSocket, ${protection} connection`, setup, async () => {
    const socket = await connect(protection, port);
    await socket[Symbol.asyncDispose]();
  });
}
