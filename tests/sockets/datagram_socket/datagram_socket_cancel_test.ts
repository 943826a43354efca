import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  DatagramSocket,
  type NameServer,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import { withNameServer } from "../../errors/_name_server.ts";
import { isPending, outcome, turn } from "../streams/_fakes.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;

/** Waits for a turn of the event loop, so many times. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

function isAborted(error: unknown): boolean {
  return error instanceof SocketError &&
    error.status === SocketErrorStatus.operationAborted;
}

Deno.test(
  "DatagramSocket.cancelIOAsync() rejects every wait of that moment, and loses no message",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    for (let round = 0; round < 10; round++) {
      const waits = [1, 2, 3].map(() =>
        outcome(receiver[Symbol.asyncIterator]().next())
      );
      if (round % 2 === 0) await turn();
      await receiver.cancelIOAsync();
      for (const error of await Promise.all(waits)) {
        assert(isAborted(error), `${error}`);
      }
      for (let i = 0; i < 3; i++) {
        sender.outputStream.writeAsync(new Uint8Array([round, i]));
      }
      const messages = await take(receiver, 3);
      assertEquals(
        messages.map(bytesOf),
        [0, 1, 2].map((i) => new Uint8Array([round, i])),
      );
    }
  },
);

Deno.test(
  "DatagramSocket.cancelIOAsync() in the middle of a batch sends all of it",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const sizes = Array.from({ length: 100 }, (_, i) => i * 7);
    const writes = sizes.map((size) =>
      sender.outputStream.writeAsync(new Uint8Array(size))
    );
    await sender.cancelIOAsync();
    assertEquals(await Promise.all(writes), sizes);
    const messages = await take(receiver, sizes.length);
    assertEquals(messages.map((m) => bytesOf(m)?.length), sizes);
  },
);

Deno.test(
  "DatagramSocket.cancelIOAsync() stops events until a handler is added",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const received: unknown[] = [];
    const handler = (): void => void received.push("first handler");
    receiver.addEventListener("messagereceived", handler);
    await turn();
    await receiver.cancelIOAsync();
    await sender.outputStream.writeAsync(new Uint8Array([1]));
    await turns(5);
    assertEquals(received, []);
    const delivered = Promise.withResolvers<void>();
    receiver.addEventListener("messagereceived", () => delivered.resolve());
    await delivered.promise;
    assertEquals(received, ["first handler"]);
  },
);

/** How a call looks up a name. */
type LookUp = (
  socket: DatagramSocket,
  options: { readonly nameServer: NameServer; readonly signal?: AbortSignal },
) => Promise<unknown>;

const LOOK_UPS = {
  connectAsync: (socket, options) =>
    socket.connectAsync("host.test", 9, options),
  getOutputStreamAsync: (socket, options) =>
    socket.getOutputStreamAsync("host.test", 9, options),
  getEndpointPairsAsync: (_, options) =>
    DatagramSocket.getEndpointPairsAsync("host.test", 9, undefined, options),
} as const satisfies Record<string, LookUp>;

/** Uses a socket while a name server does not answer it. */
async function withSilence(
  use: (socket: DatagramSocket, nameServer: NameServer) => Promise<void>,
): Promise<void> {
  await withNameServer(null, 0, async ({ ipAddr, port }) => {
    await using socket = new DatagramSocket();
    await use(socket, { ipAddress: ipAddr, port });
    // None of that has used it up.
    await socket.connectAsync("127.0.0.1", 9);
    assertEquals(socket.information.remotePort, "9");
  });
}

const more = { ...permissions, net: true } as const;

for (const [name, lookUp] of Object.entries(LOOK_UPS)) {
  Deno.test(
    `DatagramSocket.${name}() rejects with the reason of a signal, before and during the look-up`,
    { permissions: more },
    () =>
      withSilence(async (socket, nameServer) => {
        const before = new Error("before");
        const signal = AbortSignal.abort(before);
        const refused = outcome(lookUp(socket, { nameServer, signal }));
        assertStrictEquals(await refused, before);

        const during = new Error("during");
        const controller = new AbortController();
        const pending = outcome(
          lookUp(socket, { nameServer, signal: controller.signal }),
        );
        assert(await isPending(pending));
        controller.abort(during);
        assertStrictEquals(await pending, during);
        assertEquals(socket.information.localPort, "");
      }),
  );
}

for (const name of ["connectAsync", "getOutputStreamAsync"] as const) {
  const lookUp: LookUp = LOOK_UPS[name];

  Deno.test(
    `DatagramSocket.cancelIOAsync() rejects a ${name}() that looks up a name, and the next one works`,
    { permissions: more },
    () =>
      withSilence(async (socket, nameServer) => {
        for (let i = 0; i < 3; i++) {
          const pending = outcome(lookUp(socket, { nameServer }));
          assert(await isPending(pending));
          await socket.cancelIOAsync();
          const error = await pending;
          assert(isAborted(error), `${error}`);
        }
      }),
  );

  Deno.test(
    `DatagramSocket.close() rejects a ${name}() that looks up a name`,
    { permissions: more },
    async () => {
      await withNameServer(null, 0, async ({ ipAddr, port }) => {
        const socket = new DatagramSocket();
        const nameServer = { ipAddress: ipAddr, port };
        const pending = outcome(lookUp(socket, { nameServer }));
        assert(await isPending(pending));
        socket.close();
        const error = await pending;
        assert(isAborted(error), `${error}`);
        await socket[Symbol.asyncDispose]();
      });
    },
  );

  Deno.test(
    `DatagramSocket.${name}() takes no notice of a signal that is aborted once it has settled`,
    { permissions },
    async () => {
      await using receiver = new DatagramSocket();
      await receiver.bindEndpointAsync("127.0.0.1", "");
      const { localPort } = receiver.information;
      await using socket = new DatagramSocket();
      const controller = new AbortController();
      const { signal } = controller;
      const stream = await socket[name]("127.0.0.1", localPort, { signal }) ??
        socket.outputStream;
      controller.abort();
      await turn();
      assertEquals(await stream.writeAsync(new Uint8Array([7])), 1);
      const [message] = await take(receiver, 1);
      assertEquals(bytesOf(message), new Uint8Array([7]));
    },
  );
}

Deno.test(
  "OutputStream.writeAsync() of a DatagramSocket with a signal rejects with its reason, before and during",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const { outputStream } = sender;
    const before = new Error("before");
    const refused = outcome(
      outputStream.writeAsync(new Uint8Array(9), {
        signal: AbortSignal.abort(before),
      }),
    );
    assertStrictEquals(await refused, before);
    // That one was never written; the stream goes on.
    const controller = new AbortController();
    const { signal } = controller;
    assertEquals(
      await outputStream.writeAsync(new Uint8Array(1), { signal }),
      1,
    );

    const during = new Error("during");
    const writes = [2, 3].map((size) =>
      outcome(outputStream.writeAsync(new Uint8Array(size), { signal }))
    );
    controller.abort(during);
    assertEquals(await Promise.all(writes), [during, during]);
    const late = outcome(outputStream.writeAsync(new Uint8Array(4)));
    assertStrictEquals(await late, during);

    // The socket itself is not touched: it receives, and sends by others.
    const { localPort } = receiver.information;
    const other = await sender.getOutputStreamAsync("127.0.0.1", localPort);
    await other.writeAsync(new Uint8Array(5));
    const messages = await take(receiver, 2);
    assertEquals(messages.map((m) => bytesOf(m)?.length), [1, 5]);
  },
);

Deno.test(
  "OutputStream.flushAsync() of a DatagramSocket with a signal rejects with its reason, and sends",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { outputStream } = pair.sender;
    const reason = new Error("enough");
    const controller = new AbortController();
    const write = outputStream.writeAsync(new Uint8Array(3));
    const { signal } = controller;
    const flushed = outcome(outputStream.flushAsync({ signal }));
    controller.abort(reason);
    assertStrictEquals(await flushed, reason);
    assertStrictEquals(
      await outcome(outputStream.flushAsync({ signal })),
      reason,
    );
    assertEquals(await write, 3);
    assertEquals(await outputStream.flushAsync(), true);
    assertEquals(bytesOf((await take(pair.receiver, 1))[0])?.length, 3);
  },
);
