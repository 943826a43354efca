import { Buffer } from "node:buffer";
import {
  assert,
  assertEquals,
  assertExists,
  assertGreater,
  assertLess,
} from "@std/assert";
import {
  hasNativeSockets,
  NativeSocket,
} from "../../../sockets/_transport/native_socket.ts";
import { sendVector } from "../../../sockets/winsock/_send_vector.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { bytesFrom, concat } from "../streams/_fakes.ts";

const NATIVE = { ignore: !hasNativeSockets() };

async function openPair(): Promise<
  { client: Deno.TcpConn; server: Deno.TcpConn; native: NativeSocket }
> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  const server = await listener.accept();
  const native = NativeSocket.find(client.localAddr, client.remoteAddr);
  assertExists(native);
  return { client, server, native };
}

async function readExactly(
  conn: Deno.TcpConn,
  count: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    filled += await conn.read(bytes.subarray(filled)) ?? count;
  }
  return bytes;
}

Deno.test(
  "NativeSocket.send() sends pieces in order, parts of buffers and Node Buffers too",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    const large = bytesFrom(0, 20_000);
    const pieces = [
      large.subarray(3, 9000),
      new Uint8Array(large.subarray(9000, 9100)),
      Buffer.from(large.subarray(9100, 14_000)),
      large.subarray(14_000),
    ];

    const count = large.length - 3;
    assertEquals(native.send(pieces), count);
    assertEquals(await readExactly(server, count), large.subarray(3));
    client.close();
    server.close();
  },
);

Deno.test(
  "NativeSocket.send() sends the first 1024 pieces of a call",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    const pieces = Array.from({ length: 1100 }, (_, i) => bytesFrom(i, 100));

    assertEquals(native.send(pieces), 102_400);
    assertEquals(
      await readExactly(server, 102_400),
      concat(pieces.slice(0, 1024)),
    );
    client.close();
    server.close();
  },
);

Deno.test(
  "NativeSocket.send() stops before the bytes of a SharedArrayBuffer",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    const shared = new Uint8Array(new SharedArrayBuffer(100));

    assertEquals(native.send([shared, new Uint8Array(100)]), 0);
    assertEquals(native.send([bytesFrom(0, 100), shared]), 100);
    assertEquals(await readExactly(server, 100), bytesFrom(0, 100));
    client.close();
    server.close();
  },
);

Deno.test(
  "NativeSocket.send() takes what there is room for, then nothing, and goes on when there is room",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    const piece = bytesFrom(0, 251 * 256);
    const pieces = Array.from({ length: 300 }, () => piece);
    const size = pieces.length * piece.length;

    let sent = 0;
    for (let count = 1; count > 0; sent += count) {
      count = native.send([piece.subarray(sent % 251), ...pieces]);
    }
    assertLess(sent, size);
    assertEquals(await readExactly(server, sent), bytesFrom(0, sent));
    assertGreater(native.send([piece.subarray(sent % 251)]), 0);
    client.close();
    server.close();
  },
);

Deno.test(
  "NativeSocket.send() takes nothing after the socket was closed",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    client.close();
    assertEquals(native.send([new Uint8Array(100)]), 0);
    server.close();
  },
);

Deno.test(
  "NativeSocket.send() takes nothing when the descriptor is another's",
  NATIVE,
  async () => {
    const { client, server, native } = await openPair();
    client.close();
    // The lowest free descriptors are used again.
    const others = await Promise.all(
      Array.from({ length: 4 }, () => openPair()),
    );
    assertEquals(native.send([new Uint8Array(100)]), 0);
    for (const pair of others) {
      assert(!pair.native.hasUnread);
      pair.client.close();
      pair.server.close();
    }
    server.close();
  },
);

Deno.test("sendVector() gives the error number of a failure", NATIVE, () => {
  assert(libc !== null);
  // Linux, `asm-generic/errno-base.h`: EBADF.
  assertEquals(sendVector(libc, -1, [new Uint8Array(100)]), -9);
});
