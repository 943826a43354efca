import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import {
  ClosedError,
  DatagramSocket,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import { bytesFrom, outcome, turn } from "../streams/_fakes.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;
/** As many as fit into the buffer of a receiver. */
const BATCH = 100;

/** Waits for a turn of the event loop, so many times. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Writes a batch, each datagram with its number; each settles with a number. */
function writeBatch({ sender }: Pair): readonly Promise<unknown>[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const bytes = new Uint8Array(1 + index * 7 % 1200);
    bytes[0] = index;
    return outcome(sender.outputStream.writeAsync(bytes).then(() => index));
  });
}

/** The numbers of all that has arrived, up to one that is sent afterwards. */
async function arrivalsOf({ receiver }: Pair): Promise<readonly unknown[]> {
  await using last = new DatagramSocket();
  const { localPort } = receiver.information;
  const stream = await last.getOutputStreamAsync("127.0.0.1", localPort);
  await stream.writeAsync(new Uint8Array([255]));
  const numbers: unknown[] = [];
  for await (const message of receiver) {
    const number = bytesOf(message)?.[0];
    if (number === 255) break;
    numbers.push(number);
  }
  return numbers;
}

/** When a socket is closed, after a batch was written to it. */
const MOMENTS: Readonly<Record<string, (pair: Pair) => unknown>> = {
  "in the same turn": () => {},
  "in a microtask": () => Promise.resolve(),
  "in the next turn": () => turn(),
  "while it flushes": ({ sender }) => {
    outcome(sender.outputStream.flushAsync());
  },
  "when the first was sent": ({ sender }) =>
    sender.outputStream.writeAsync(new Uint8Array([200])),
};

for (const [when, moment] of Object.entries(MOMENTS)) {
  Deno.test(
    `DatagramSocket.close() ${when} settles each write, and those that resolve have arrived once`,
    { permissions },
    async () => {
      await using pair = await Pair.open();
      const writes = writeBatch(pair);
      await moment(pair);
      pair.sender.close();
      const late = outcome(
        pair.sender.outputStream.writeAsync(new Uint8Array(1)),
      );
      assertInstanceOf(await late, ClosedError);
      const settled = await Promise.all(writes);
      await pair.sender[Symbol.asyncDispose]();
      const sent = settled.filter((result) => typeof result === "number");
      const arrived = await arrivalsOf(pair);
      // What was written before the close is sent.
      assertEquals(sent.length, BATCH);
      assertEquals(arrived.filter((number) => number !== 200), sent);
    },
  );
}

Deno.test(
  "DatagramSocket.close() of one that sends to many places sends to all of them",
  { permissions },
  async () => {
    await using receivers = new AsyncDisposableStack();
    const sender = new DatagramSocket();
    const sockets: DatagramSocket[] = [];
    for (let i = 0; i < 10; i++) {
      const receiver = receivers.use(new DatagramSocket());
      await receiver.bindEndpointAsync("127.0.0.1", "");
      sockets.push(receiver);
    }
    const streams = await Promise.all(
      sockets.map(({ information }) =>
        sender.getOutputStreamAsync("127.0.0.1", information.localPort)
      ),
    );
    const writes = streams.flatMap((stream) =>
      [1, 2, 3].map((value) => stream.writeAsync(new Uint8Array([value])))
    );
    await sender[Symbol.asyncDispose]();
    assertEquals(await Promise.all(writes), Array(30).fill(1));
    for (const socket of sockets) {
      const messages = await take(socket, 3);
      assertEquals(messages.map((m) => bytesOf(m)?.[0]), [1, 2, 3]);
    }
    for (const stream of streams) {
      const late = () => stream.writeAsync(new Uint8Array(1));
      await assertRejects(late, ClosedError);
    }
  },
);

Deno.test(
  "DatagramSocket.close() ends every receive that is pending",
  { permissions },
  async () => {
    for (let i = 0; i < 20; i++) {
      const socket = new DatagramSocket();
      await socket.bindEndpointAsync("127.0.0.1", "");
      const iterators = Array.from(
        { length: 5 },
        () => socket[Symbol.asyncIterator](),
      );
      const pending = iterators.flatMap((iterator) => [
        iterator.next(),
        iterator.next(),
      ]);
      socket.onmessagereceived = () => {};
      const loop = take(socket, 1);
      // Before the wait has begun, and after.
      await turns(i % 3);
      socket.close();
      for (const { done } of await Promise.all(pending)) assert(done);
      assertEquals(await loop, []);
      await socket[Symbol.asyncDispose]();
    }
  },
);

Deno.test(
  "DatagramSocket.close() in a handler delivers nothing more, and sends the answer",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const { localPort } = sender.information;
    const answers = await receiver.getOutputStreamAsync("127.0.0.1", localPort);
    for (let i = 0; i < 10; i++) {
      sender.outputStream.writeAsync(bytesFrom(i, 1));
    }
    await sender.outputStream.flushAsync();
    const received: unknown[] = [];
    receiver.addEventListener("messagereceived", (message) => {
      received.push(bytesOf(message)?.[0]);
      if (received.length < 3) return;
      answers.writeAsync(new Uint8Array([99]));
      receiver.close();
    });
    assertEquals(bytesOf((await take(sender, 1))[0]), new Uint8Array([99]));
    await receiver[Symbol.asyncDispose]();
    await turns(3);
    assertEquals(received, [0, 1, 2]);
  },
);

Deno.test(
  "DatagramSocket.close() within an iteration ends it, and frees the port",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const { localPort } = receiver.information;
    for (let i = 0; i < 10; i++) {
      sender.outputStream.writeAsync(bytesFrom(i, 1));
    }
    const received: unknown[] = [];
    for await (const message of receiver) {
      received.push(bytesOf(message)?.[0]);
      if (received.length === 2) receiver.close();
    }
    assertEquals(received, [0, 1]);
    await receiver[Symbol.asyncDispose]();
    await using next = new DatagramSocket();
    await next.bindEndpointAsync("127.0.0.1", localPort);
  },
);

Deno.test(
  "DatagramSocket.close() while it binds or connects aborts that, and nothing stays open",
  { permissions },
  async () => {
    for (
      const open of [
        (socket: DatagramSocket) => socket.bindEndpointAsync("127.0.0.1", ""),
        (socket: DatagramSocket) => socket.connectAsync("localhost", 9),
        (socket: DatagramSocket) => socket.getOutputStreamAsync("localhost", 9),
      ]
    ) {
      const socket = new DatagramSocket();
      const opened = outcome(open(socket));
      socket.close();
      const error = await opened;
      const isExpected = error instanceof ClosedError ||
        error instanceof SocketError &&
          error.status === SocketErrorStatus.operationAborted;
      assert(isExpected, `${error}`);
      await socket[Symbol.asyncDispose]();
    }
  },
);

Deno.test(
  "DatagramSocket closes at the end of using and of await using, also when that throws",
  { permissions },
  async () => {
    const iterations: Promise<IteratorResult<unknown>>[] = [];
    const failure = await outcome((async () => {
      using socket = new DatagramSocket();
      await socket.bindEndpointAsync("127.0.0.1", "");
      iterations.push(socket[Symbol.asyncIterator]().next());
      throw new RangeError("on purpose");
    })());
    assertInstanceOf(failure, RangeError);
    const done = { done: true, value: undefined };
    assertEquals(await Promise.all(iterations), [done]);

    await using receiver = new DatagramSocket();
    await receiver.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = receiver.information;
    let write: Promise<number>;
    {
      await using socket = new DatagramSocket();
      await socket.connectAsync("127.0.0.1", localPort);
      write = socket.outputStream.writeAsync(new Uint8Array([4]));
    }
    // It was sent before the block was left.
    assertEquals(await write, 1);
    assertEquals(bytesOf((await take(receiver, 1))[0]), new Uint8Array([4]));
  },
);
