import { assertEquals, assertInstanceOf } from "@std/assert";
import { DatagramSocket } from "../../../mod.ts";
import type { DatagramSocketMessageReceivedEventArgs } from "../../../mod.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;

/** Sends datagrams of one byte each. */
async function send(sender: DatagramSocket, bytes: number[]): Promise<void> {
  for (const byte of bytes) {
    sender.outputStream.writeAsync(new Uint8Array([byte]));
  }
  await sender.outputStream.flushAsync();
}

function byteOf(message: DatagramSocketMessageReceivedEventArgs): number {
  return message.getDataReader().readByte();
}

Deno.test(
  "DatagramSocket keeps the order when a handler goes and an iteration comes",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    const handler = (): void => {
      throw new Error("A handler that was removed was called");
    };
    receiver.addEventListener("messagereceived", handler);
    // Now it waits in the handler's place.
    await turnsOfEventLoop(5);
    receiver.removeEventListener("messagereceived", handler);
    const taken = take(receiver, 4);
    await send(sender, [1, 2, 3, 4]);
    assertEquals((await taken).map(byteOf), [1, 2, 3, 4]);
  },
);

Deno.test(
  "DatagramSocket gives each message to one of the handlers and iterations, in order",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    const received: number[] = [];
    for (let round = 0; round < 100; round++) {
      const first = Promise.withResolvers<void>();
      receiver.addEventListener("messagereceived", (message) => {
        received.push(byteOf(message));
        first.resolve();
      }, { once: true });
      await send(sender, [1, 2, 3, 4, 5]);
      await first.promise;
      received.push(...(await take(receiver, 4)).map(byteOf));
    }
    const expected = Array.from({ length: 500 }, (_, i) => i % 5 + 1);
    assertEquals(received, expected);
  },
);

Deno.test(
  "DatagramSocket.addEventListener() right after cancelIOAsync() starts the events again",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    const received = Promise.withResolvers<number>();
    receiver.addEventListener("messagereceived", () => {});
    await turnsOfEventLoop(5);
    const cancelled = receiver.cancelIOAsync();
    receiver.addEventListener(
      "messagereceived",
      (message) => received.resolve(byteOf(message)),
    );
    await cancelled;
    await send(sender, [7]);
    assertEquals(await received.promise, 7);
  },
);

Deno.test(
  "DatagramSocket.addEventListener() calls no handler before it has returned",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    await send(sender, [1, 2, 3]);
    // The others are there already when the first is taken.
    assertEquals((await take(receiver, 1)).map(byteOf), [1]);
    const received: number[] = [];
    const done = Promise.withResolvers<void>();
    receiver.onmessagereceived = (message) => {
      received.push(byteOf(message));
      if (received.length === 2) done.resolve();
    };
    assertEquals(received, []);
    await done.promise;
    assertEquals(received, [2, 3]);
  },
);

Deno.test(
  "DatagramSocketMessageReceivedEventArgs gives a buffer that no other message uses",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    await send(sender, [1, 2, 3]);
    const messages = await take(receiver, 3);
    const [first, ...others] = messages;
    const buffer = bytesOf(first)?.buffer;
    assertInstanceOf(buffer, ArrayBuffer);
    assertEquals(buffer.byteLength, 1);
    structuredClone(buffer, { transfer: [buffer] });
    assertEquals(others.map(byteOf), [2, 3]);
  },
);

Deno.test(
  "DatagramSocket.connectAsync() drops what strangers have sent before",
  { permissions },
  async () => {
    for (const takesFirst of [false, true]) {
      await using stranger = new DatagramSocket();
      await using peer = new DatagramSocket();
      await using socket = new DatagramSocket();
      await peer.bindEndpointAsync("127.0.0.1", "");
      await socket.bindEndpointAsync("127.0.0.1", "");
      const { localPort } = socket.information;
      await stranger.connectAsync("127.0.0.1", localPort);
      await send(stranger, [1, 2, 3]);
      // What came with the first waits in the socket, and not in the system.
      if (takesFirst) assertEquals((await take(socket, 1)).map(byteOf), [1]);
      await socket.connectAsync("127.0.0.1", peer.information.localPort);
      const stream = await peer.getOutputStreamAsync("127.0.0.1", localPort);
      await stream.writeAsync(new Uint8Array([9]));
      assertEquals((await take(socket, 1)).map(byteOf), [9]);
    }
  },
);
