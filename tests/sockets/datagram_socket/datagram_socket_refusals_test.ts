import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  DatagramSocket,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { outcome } from "../streams/_fakes.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;
const TOO_LONG = 65_508;

function assertTooLong(error: unknown): void {
  assertInstanceOf(error, SocketError, `${error}`);
  assertEquals(error.status, SocketErrorStatus.messageTooLong);
}

Deno.test(
  "DatagramSocket sends what a pipe has taken before and behind a datagram that is refused",
  { permissions },
  async () => {
    // Web streams take chunks of up to 64 KiB at once, and wait for larger ones.
    for (const tooLong of [TOO_LONG, 70_000]) {
      await using pair = await Pair.open();
      const { receiver, sender } = pair;
      const sizes = [1, 2, 3, tooLong];
      const chunks = ReadableStream.from(
        sizes.map((size) => new Uint8Array(size)),
      );
      assertTooLong(await outcome(chunks.pipeTo(sender.outputStream)));
      const messages = await take(receiver, 3);
      const received = messages.map((message) => bytesOf(message)?.length);
      assertEquals(received, [1, 2, 3]);
    }
  },
);

Deno.test(
  "DatagramSocket tells a refused datagram to each flush that was called behind it, and to no other",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { outputStream } = pair.sender;
    const before = outcome(outputStream.flushAsync());
    const written = outcome(outputStream.writeAsync(new Uint8Array(TOO_LONG)));
    const behind = [
      outcome(outputStream.flushAsync()),
      outcome(outputStream.flushAsync()),
    ];
    assertEquals(await before, true);
    assertTooLong(await written);
    for (const flush of behind) assertTooLong(await flush);
    assertEquals(await outputStream.flushAsync(), true);
  },
);

Deno.test(
  "DatagramSocket.close() leaves a refused datagram to be told by the flush",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { receiver, sender } = pair;
    const { outputStream } = sender;
    const written = outputStream.writeAsync(new Uint8Array([5]));
    const refused = outcome(outputStream.writeAsync(new Uint8Array(TOO_LONG)));
    sender.close();
    assertEquals(await written, 1);
    assertTooLong(await refused);
    assertTooLong(await outcome(outputStream.flushAsync()));
    assertEquals(bytesOf((await take(receiver, 1))[0]), new Uint8Array([5]));
  },
);

Deno.test(
  "OutputStream.close() of a datagram socket closes it, though a datagram was refused",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { outputStream } = pair.sender;
    const refused = outcome(outputStream.writeAsync(new Uint8Array(TOO_LONG)));
    await outputStream.close();
    assertTooLong(await refused);
    const next = await outcome(outputStream.writeAsync(new Uint8Array(1)));
    assert(next instanceof Error, "It takes writes still");
  },
);

Deno.test({
  name:
    "DatagramSocket that nobody receives from keeps one error of those that are alike",
  permissions,
  ignore: !hasNativeSockets(),
  async fn() {
    await using gone = new DatagramSocket();
    await gone.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = gone.information;
    await gone[Symbol.asyncDispose]();
    await using socket = new DatagramSocket();
    await socket.connectAsync("127.0.0.1", localPort);
    for (let i = 0; i < 100; i++) {
      await socket.outputStream.writeAsync(new Uint8Array([i]));
    }
    await using peer = new DatagramSocket();
    await peer.bindEndpointAsync("127.0.0.1", localPort);
    const { localPort: port } = socket.information;
    const answer = await peer.getOutputStreamAsync("127.0.0.1", port);
    await answer.writeAsync(new Uint8Array([7]));
    const messages = [];
    for await (const message of socket) {
      const bytes = await outcome((async () => await bytesOf(message))());
      messages.push(bytes);
      if (bytes instanceof Uint8Array) break;
    }
    // One that a send has learnt of, and one that the system still had.
    assert(messages.length <= 3, `${messages.length} messages`);
    const [error] = messages;
    assertInstanceOf(error, SocketError, `${error}`);
    assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
  },
});
