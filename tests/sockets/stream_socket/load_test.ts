import { createHash } from "node:crypto";
import { setImmediate } from "node:timers";
import { pooledMap } from "@std/async";
import { assertEquals, assertLess } from "@std/assert";
import {
  type InputStream,
  InputStreamOptions,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import { closeAll, echoListener, openPair } from "./_echo.ts";
import { run } from "./_run.ts";

const MIB = 1024 * 1024;

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Sends bytes through an echo and gives those that came back. */
async function exchange(
  socket: StreamSocket,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const [reply] = await Promise.all([
    new Response(socket.inputStream).bytes(),
    socket.outputStream.writeAsync(bytes)
      .then(() => socket.outputStream.close()),
  ]);
  return reply;
}

Deno.test("StreamSocket serves 1,000 connections at once, and no byte is lost or reordered", async () => {
  using listener = await echoListener();
  const { localPort } = listener.information;
  const clients = Array.from({ length: 1000 }, () => new StreamSocket());
  await Promise.all(
    clients.map((client) => client.connectAsync("127.0.0.1", localPort)),
  );
  await Promise.all(clients.map(async (client) => {
    const bytes = crypto.getRandomValues(new Uint8Array(20_000));
    const reply = await exchange(client, bytes);
    assertEquals(await digest(reply), await digest(bytes));
  }));
  await closeAll(...clients);
});

Deno.test("StreamSocket serves 10,000 connections one after another, and nothing is leaked", async () => {
  using listener = await echoListener();
  const { localPort } = listener.information;
  async function talk(index: number): Promise<number> {
    await using client = new StreamSocket();
    await client.connectAsync("127.0.0.1", localPort);
    const bytes = new Uint8Array(64).fill(index);
    assertEquals(await exchange(client, bytes), bytes);
    return index;
  }
  const indices = Array.from({ length: 10_000 }, (_, index) => index);
  assertEquals(await Array.fromAsync(pooledMap(1, indices, talk)), indices);
});

Deno.test("StreamSocket leaves no memory behind after thousands of connections", async () => {
  const { code, stdout, stderr } = await run("_many_connections.ts", [
    "--allow-net",
    "--v8-flags=--expose-gc",
  ]);
  assertEquals(stderr, "");
  const heaps = stdout.trimEnd().split("\n").map(Number);
  assertEquals(heaps.length, 4);
  const [first = 0, , , last = Infinity] = heaps;
  assertLess(last - first, MIB);
  assertEquals(code, 0);
});

/** One direction of a connection, with all that is known of its bytes. */
class Flow {
  readonly #sent = createHash("sha256");
  readonly #received = createHash("sha256");
  readonly #block = crypto.getRandomValues(new Uint8Array(65_536));
  #left: number;
  #onTheWay = 0;
  /** The most bytes that were sent and not received at any one time. */
  mostOnTheWay = 0;

  constructor(size: number) {
    this.#left = size;
  }

  /** Random chunks, made as they are asked for. */
  get source(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: (controller) => {
        if (this.#left === 0) return controller.close();
        controller.enqueue(this.#makeChunk());
      },
    }, { highWaterMark: 0 });
  }

  #makeChunk(): Uint8Array {
    // Lengths on both sides of the one from which chunks are not copied.
    const size = this.#left % 3 === 0 ? 65_536 : 20_011;
    const chunk = this.#block.slice(0, Math.min(this.#left, size));
    crypto.getRandomValues(chunk.subarray(0, 16));
    this.#sent.update(chunk);
    this.#left -= chunk.length;
    this.#onTheWay += chunk.length;
    this.mostOnTheWay = Math.max(this.mostOnTheWay, this.#onTheWay);
    return chunk;
  }

  /** Reads to the end, letting others run after each read. */
  async readSlowly(input: InputStream): Promise<void> {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const chunk = await input.readAsync(
        buffer,
        buffer.length,
        InputStreamOptions.partial,
      );
      if (chunk.length === 0) return;
      this.#received.update(chunk);
      this.#onTheWay -= chunk.length;
      await turnsOfEventLoop(1);
    }
  }

  /** Throws unless the bytes that were received are those that were sent. */
  verify(): void {
    assertEquals([this.#left, this.#onTheWay], [0, 0]);
    assertEquals(this.#received.digest("hex"), this.#sent.digest("hex"));
  }
}

Deno.test("StreamSocket carries 256 MiB both ways at once to slow readers, in bounded memory", async () => {
  const { client, server } = await openPair();
  const there = new Flow(256 * MIB);
  const back = new Flow(256 * MIB);
  await Promise.all([
    there.readSlowly(server.inputStream),
    back.readSlowly(client.inputStream),
    there.source.pipeTo(client.outputStream),
    back.source.pipeTo(server.outputStream),
  ]);
  for (const flow of [there, back]) {
    flow.verify();
    // What the buffers of the system may hold comes on top of our own.
    assertLess(flow.mostOnTheWay, 16 * MIB);
  }
  await closeAll(client, server);
});

Deno.test("OutputStream holds no more than its high-water mark and a slab against a peer that reads nothing", async () => {
  const { client, server } = await openPair();
  const writer = client.outputStream.getWriter();
  let written = 0;
  let stuck = false;
  while (!stuck) {
    writer.write(new Uint8Array(16_384)).catch(() => {});
    written += 16_384;
    const room = writer.ready.then(() => true);
    const turns = turnsOfEventLoop(50).then(() => false);
    stuck = !await Promise.race([room, turns]);
  }
  assertEquals((writer.desiredSize ?? 1) <= 0, true);
  const queued = 256 * 1024 - (writer.desiredSize ?? 0);
  assertLess(queued, 384 * 1024 + 1);
  assertLess(queued, written);
  await writer.abort();
  await closeAll(client, server);
});

async function turnsOfEventLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

Deno.test("StreamSocketListener gives a flood of connections to a slow iterator, none lost", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const clients = Array.from({ length: 100 }, () => new StreamSocket());
  await Promise.all(
    clients.map((client) =>
      client.connectAsync("127.0.0.1", listener.information.localPort)
    ),
  );
  const servers: StreamSocket[] = [];
  for await (const { socket } of listener) {
    servers.push(socket);
    if (servers.length === clients.length) break;
    await turnsOfEventLoop(1);
  }
  const ports = (sockets: StreamSocket[], side: "localPort" | "remotePort") =>
    sockets.map(({ information }) => information[side]).sort();
  assertEquals(ports(servers, "remotePort"), ports(clients, "localPort"));
  await closeAll(...clients, ...servers);
});
