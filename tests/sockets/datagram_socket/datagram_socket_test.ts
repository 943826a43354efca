import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  ArgumentError,
  ClosedError,
  DatagramSocket,
  DataWriter,
  EndpointPair,
  HostName,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  descriptorsOf,
  sizeOfNext,
} from "../_transport/_datagram_transports.ts";
import { bytesFrom, isPending, outcome, turn } from "../streams/_fakes.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;

Deno.test(
  "DatagramSocket flow: the server answers where the message came from, the client is connected",
  { permissions },
  async () => {
    await using server = new DatagramSocket();
    server.onmessagereceived = async (message) => {
      const { remoteAddress, remotePort } = message;
      const stream = await server.getOutputStreamAsync(
        remoteAddress,
        remotePort,
      );
      await stream.writeAsync(message.getDataReader().detachBuffer());
    };
    await server.bindServiceNameAsync("");
    await using client = new DatagramSocket();
    await client.connectAsync("127.0.0.1", server.information.localPort);

    const writer = new DataWriter(client.outputStream);
    writer.writeString("Hello World");
    assertEquals(await writer.storeAsync(), 11);
    const [message] = await take(client, 1);
    const reader = message?.getDataReader();
    assertEquals(
      reader?.readString(reader.unconsumedBufferLength),
      "Hello World",
    );
    assertEquals(message?.remotePort, server.information.localPort);
    assertEquals(`${message?.remoteAddress}`, "127.0.0.1");
    // What node:dgram does not tell.
    const known = hasNativeSockets() ? "127.0.0.1" : "0.0.0.0";
    assertEquals(`${message?.localAddress}`, known);
  },
);

for (const hostname of ["127.0.0.1", "::1", "localhost"]) {
  Deno.test(
    `DatagramSocket.outputStream makes one datagram of one write, to ${hostname}`,
    { permissions },
    async () => {
      await using pair = await Pair.open(hostname);
      const { sender, receiver } = pair;
      const sizes = [0, 1, 64, 64, 64, 10, 0, 1200, 1200, 8192, 65_507, 3];
      const writes = sizes.map((size, index) =>
        sender.outputStream.writeAsync(bytesFrom(index, size))
      );
      const messages = await take(receiver, sizes.length);
      assertEquals(await Promise.all(writes), sizes);
      for (const [index, message] of messages.entries()) {
        assertEquals(bytesOf(message), bytesFrom(index, sizes[index] ?? 0));
      }
    },
  );
}

Deno.test(
  "DatagramSocket delivers all that is written, in order and whole, whatever the sizes",
  { permissions },
  async () => {
    const size = fc.oneof(
      fc.constantFrom(0, 1, 100, 1200),
      fc.integer({ min: 0, max: 9000 }),
    );
    await using pair = await Pair.open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size, pause: fc.boolean() }), { maxLength: 15 }),
        async (steps) => {
          for (const [index, { size, pause }] of steps.entries()) {
            pair.sender.outputStream.writeAsync(bytesFrom(index, size));
            if (pause) await turn();
          }
          await pair.sender.outputStream.flushAsync();
          const messages = await take(pair.receiver, steps.length);
          assertEquals(
            messages.map(bytesOf),
            steps.map(({ size }, index) => bytesFrom(index, size)),
          );
        },
      ),
      { numRuns: 40 },
    );
  },
);

Deno.test(
  "DatagramSocket.outputStream rejects a datagram that is too long, and sends the others",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const { outputStream } = sender;
    const before = outputStream.writeAsync(new Uint8Array(10));
    const long = outcome(outputStream.writeAsync(new Uint8Array(65_508)));
    const after = outputStream.writeAsync(new Uint8Array(20));

    const error = await long;
    assertInstanceOf(error, SocketError);
    assertEquals(error.status, SocketErrorStatus.messageTooLong);
    assert(error.message.includes('"65508"'));
    assertStrictEquals(
      await assertRejects(() => outputStream.flushAsync()),
      error,
    );
    assertEquals(await outputStream.flushAsync(), true);
    assertEquals(await Promise.all([before, after]), [10, 20]);
    const messages = await take(receiver, 2);
    assertEquals(messages.map((m) => bytesOf(m)?.length), [10, 20]);
  },
);

Deno.test(
  "DatagramSocket.outputStream does not end the process when nobody awaits a write that is too long",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    pair.sender.outputStream.writeAsync(new Uint8Array(70_000));
    await turn();
  },
);

Deno.test(
  "DatagramSocket.outputStream copies at the call: a chunk may be changed at once",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const chunk = new Uint8Array(20_000);
    const writes = [1, 2, 3].map((value) =>
      pair.sender.outputStream.writeAsync(chunk.fill(value))
    );
    await Promise.all(writes);
    const messages = await take(pair.receiver, 3);
    assertEquals(messages.map((m) => bytesOf(m)?.[19_999]), [1, 2, 3]);
  },
);

Deno.test(
  "DatagramSocket sends by getWriter(), pipeTo and DataWriter too, one datagram each",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { outputStream } = pair.sender;
    const writer = outputStream.getWriter();
    await writer.write(new Uint8Array([1]));
    writer.releaseLock();
    await ReadableStream.from([new Uint8Array([2]), new Uint8Array([3, 3])])
      .pipeTo(outputStream, { preventClose: true });
    const dataWriter = new DataWriter(outputStream);
    dataWriter.writeInt32(4);
    await dataWriter.storeAsync();
    const messages = await take(pair.receiver, 4);
    assertEquals(messages.map((m) => bytesOf(m)?.length), [1, 1, 2, 4]);
  },
);

Deno.test(
  "DatagramSocket.connectAsync() takes datagrams of the remote endpoint alone",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    await using stranger = new DatagramSocket();
    const { localPort } = sender.information;
    const strange = await stranger.getOutputStreamAsync("127.0.0.1", localPort);
    await strange.writeAsync(new Uint8Array([9]));
    const known = await receiver.getOutputStreamAsync("127.0.0.1", localPort);
    await known.writeAsync(new Uint8Array([1]));
    const [message] = await take(sender, 1);
    assertEquals(bytesOf(message), new Uint8Array([1]));
  },
);

Deno.test(
  "DatagramSocket.connectAsync() tells of a port that nobody listens on by a message",
  { permissions, ignore: !hasNativeSockets() },
  async () => {
    // It keeps the port from others, and the system lets its own peer in alone.
    await using deaf = new DatagramSocket();
    await deaf.connectAsync("127.0.0.1", "9");
    const { localPort } = deaf.information;

    await using socket = new DatagramSocket();
    await socket.connectAsync("127.0.0.1", localPort);
    for (let i = 0; i < 3; i++) {
      // A send that succeeds, since nothing is known of the port before.
      assertEquals(await socket.outputStream.writeAsync(new Uint8Array(1)), 1);
      const [message] = await take(socket, 1);
      const error = assertThrows(() => message?.getDataReader(), SocketError);
      assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
      assertEquals(message?.remotePort, localPort);
    }
  },
);

Deno.test(
  "DatagramSocket sends what was written before it waits for an answer, in the same turn",
  { permissions, ignore: !hasNativeSockets() },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const port = Number(receiver.information.localPort);
    const [descriptor] = descriptorsOf({ hostname: "127.0.0.1", port });
    assert(descriptor !== undefined);
    const written = sender.outputStream.writeAsync(new Uint8Array(5));
    assertEquals(sizeOfNext(descriptor), 0);
    const answer = sender[Symbol.asyncIterator]().next();
    assertEquals(sizeOfNext(descriptor), 5);
    await written;
    sender.close();
    assertEquals((await answer).done, true);
  },
);

Deno.test(
  "DatagramSocket.connectAsync() of a multicast group fails with hostNotFound",
  { permissions: { ...permissions, net: true } },
  async () => {
    await using socket = new DatagramSocket();
    const error = await assertRejects(
      () => socket.connectAsync("239.255.255.250", 1900),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.hostNotFound);
  },
);

Deno.test(
  "DatagramSocket.connectAsync() of a pair binds to its local endpoint",
  { permissions },
  async () => {
    await using receiver = new DatagramSocket();
    await receiver.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = receiver.information;
    const host = new HostName("127.0.0.1");
    await using socket = new DatagramSocket();
    await socket.connectAsync(new EndpointPair(host, "", host, localPort));
    assertEquals(`${socket.information.localAddress}`, "127.0.0.1");

    await using bound = new DatagramSocket();
    await bound.bindEndpointAsync("127.0.0.1", "");
    await assertRejects(
      () => bound.connectAsync(new EndpointPair(host, "", host, localPort)),
      InvalidOperationError,
      "bound already",
    );
    await bound.connectAsync(new EndpointPair(null, "", host, localPort));
    assertEquals(bound.information.remotePort, localPort);
  },
);

Deno.test(
  "DatagramSocket.getOutputStreamAsync() sends to many places, from the socket's own port",
  { permissions },
  async () => {
    await using one = new DatagramSocket();
    await using other = new DatagramSocket();
    await one.bindEndpointAsync("127.0.0.1", "");
    await other.bindEndpointAsync("::1", "");
    await using socket = new DatagramSocket();
    const streams = await Promise.all([
      socket.getOutputStreamAsync("127.0.0.1", one.information.localPort),
      socket.getOutputStreamAsync("::1", other.information.localPort),
    ]);
    for (const stream of streams) await stream.writeAsync(new Uint8Array([1]));
    for (const receiver of [one, other]) {
      const [message] = await take(receiver, 1);
      assertEquals(message?.remotePort, socket.information.localPort);
    }
    assertThrows(() => socket.outputStream, InvalidOperationError);
  },
);

Deno.test(
  "DatagramSocket.getOutputStreamAsync() refuses the other family where the socket has one alone",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    await socket.bindEndpointAsync("127.0.0.1", "");
    const error = await assertRejects(
      () => socket.getOutputStreamAsync("::1", 9),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.addressFamilyNotSupported);
  },
);

Deno.test(
  "DatagramSocket binds to a port of its own unless multicastOnly is set",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    await socket.bindServiceNameAsync("");
    const { localPort } = socket.information;
    await using second = new DatagramSocket();
    const error = await assertRejects(
      () => second.bindServiceNameAsync(localPort),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
    second.control.multicastOnly = true;
    await assertRejects(
      () => second.bindServiceNameAsync(localPort),
      SocketError,
    );
    // A bind that failed may be tried again.
    await second.bindServiceNameAsync("");
    assertNotEquals(second.information.localPort, localPort);
  },
);

Deno.test(
  "DatagramSocket with multicastOnly refuses to send to a host",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    socket.control.multicastOnly = true;
    await socket.bindServiceNameAsync("");
    await assertRejects(
      () => socket.getOutputStreamAsync("127.0.0.1", 9),
      InvalidOperationError,
      "multicastOnly",
    );
    await assertRejects(
      () => socket.connectAsync("127.0.0.1", 9),
      InvalidOperationError,
      "multicastOnly",
    );
  },
);

Deno.test(
  "DatagramSocket.joinMulticastGroup() lets two sockets of one port have every datagram, until they leave",
  { permissions: { ...permissions, net: true }, ignore: !hasNativeSockets() },
  async () => {
    const group = "239.255.77.77";
    const options = { adapter: "lo" };
    await using one = new DatagramSocket();
    await using two = new DatagramSocket();
    for (const socket of [one, two]) socket.control.multicastOnly = true;
    await one.bindServiceNameAsync("");
    const { localPort } = one.information;
    await two.bindServiceNameAsync(localPort);
    one.joinMulticastGroup(group, options);
    two.joinMulticastGroup(group, options);

    await using sender = new DatagramSocket();
    await sender.bindEndpointAsync("127.0.0.1", "");
    const stream = await sender.getOutputStreamAsync(group, localPort);
    await stream.writeAsync(new Uint8Array([1]));
    for (const socket of [one, two]) {
      const [message] = await take(socket, 1);
      assertEquals(bytesOf(message), new Uint8Array([1]));
      assertEquals(`${message?.localAddress}`, group);
    }

    one.leaveMulticastGroup(group, options);
    await stream.writeAsync(new Uint8Array([2]));
    assertEquals(bytesOf((await take(two, 1))[0]), new Uint8Array([2]));
    const iterator = one[Symbol.asyncIterator]();
    const next = iterator.next();
    assert(await isPending(next));
    await iterator.return?.();
    assertEquals((await next).done, true);
  },
);

Deno.test(
  "DatagramSocket.joinMulticastGroup() refuses what is no group, and a source that is none",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    assertThrows(
      () => socket.joinMulticastGroup("239.1.1.1"),
      InvalidOperationError,
      "not bound",
    );
    await socket.bindServiceNameAsync("");
    for (const host of ["127.0.0.1", "::1", "example.com", "255.255.255.255"]) {
      assertThrows(
        () => socket.joinMulticastGroup(host),
        ArgumentError,
        `"${host}"`,
      );
      assertThrows(() => socket.leaveMulticastGroup(host), ArgumentError);
    }
    for (const source of ["239.1.1.1", "::1", "example.com"]) {
      assertThrows(
        () => socket.joinMulticastGroup("239.1.1.1", { source }),
        ArgumentError,
        `"${source}"`,
      );
    }
  },
);

Deno.test(
  "DatagramSocket.onmessagereceived gets what has arrived before it was set",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    for (let i = 0; i < 5; i++) sender.outputStream.writeAsync(bytesFrom(i, 1));
    await sender.outputStream.flushAsync();
    const received: number[] = [];
    const done = Promise.withResolvers<void>();
    receiver.onmessagereceived = (message) => {
      received.push(message.getDataReader().readByte());
      if (received.length === 5) done.resolve();
    };
    await done.promise;
    assertEquals(received, [0, 1, 2, 3, 4]);
  },
);

Deno.test(
  "DatagramSocket leaves messages to others while a handler was removed",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const first = Promise.withResolvers<void>();
    const handler = (): void => {
      receiver.removeEventListener("messagereceived", handler);
      first.resolve();
    };
    receiver.addEventListener("messagereceived", handler);
    for (let i = 0; i < 3; i++) sender.outputStream.writeAsync(bytesFrom(i, 1));
    await first.promise;
    const rest = await take(receiver, 2);
    assertEquals(rest.map((m) => bytesOf(m)?.[0]), [1, 2]);
  },
);

Deno.test(
  "DatagramSocket loses no message when a handler is removed while it waits for one",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const handler = (): void => {};
    receiver.addEventListener("messagereceived", handler);
    await turn();
    receiver.removeEventListener("messagereceived", handler);
    const next = receiver[Symbol.asyncIterator]().next();
    await sender.outputStream.writeAsync(new Uint8Array([7]));
    assertEquals(bytesOf((await next).value), new Uint8Array([7]));
  },
);

Deno.test(
  "DatagramSocket.close() ends iterations, and refuses what comes after",
  { permissions },
  async () => {
    const pair = await Pair.open();
    const { sender, receiver } = pair;
    const { outputStream } = sender;
    const iterator = receiver[Symbol.asyncIterator]();
    const next = iterator.next();
    assert(await isPending(next));
    receiver.close();
    receiver.close();
    assertEquals(await next, { done: true, value: undefined });
    assertEquals((await iterator.next()).done, true);
    await assertRejects(() => receiver.bindServiceNameAsync(""), ClosedError);
    await assertRejects(() => receiver.cancelIOAsync(), ClosedError);
    assertThrows(() => receiver.joinMulticastGroup("239.1.1.1"), ClosedError);

    const write = outputStream.writeAsync(new Uint8Array(1));
    sender.close();
    assertEquals(await write, 1);
    await assertRejects(
      () => outputStream.writeAsync(new Uint8Array(1)),
      ClosedError,
    );
    await assertRejects(
      () => sender.getOutputStreamAsync("127.0.0.1", 1),
      ClosedError,
    );
    await pair[Symbol.asyncDispose]();
  },
);

Deno.test(
  "DatagramSocket.close() sends what was written before, and frees the port",
  { permissions },
  async () => {
    await using receiver = new DatagramSocket();
    await receiver.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = receiver.information;
    const sender = new DatagramSocket();
    await sender.connectAsync("127.0.0.1", localPort);
    const port = sender.information.localPort;
    for (let i = 0; i < 10; i++) {
      sender.outputStream.writeAsync(bytesFrom(i, 9));
    }
    await sender[Symbol.asyncDispose]();
    await using next = new DatagramSocket();
    await next.bindServiceNameAsync(port);
    assertEquals((await take(receiver, 10)).length, 10);
  },
);

Deno.test(
  "DatagramSocket.cancelIOAsync() rejects iterations, and the socket goes on",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { sender, receiver } = pair;
    const next = outcome(receiver[Symbol.asyncIterator]().next());
    await turn();
    await receiver.cancelIOAsync();
    const error = await next;
    assertInstanceOf(error, SocketError);
    assertEquals(error.status, SocketErrorStatus.operationAborted);
    await sender.outputStream.writeAsync(new Uint8Array([5]));
    assertEquals(bytesOf((await take(receiver, 1))[0]), new Uint8Array([5]));
  },
);

Deno.test(
  "DatagramSocket.connectAsync() rejects with the reason of its signal",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    assertEquals(
      await outcome(socket.connectAsync("127.0.0.1", 9, { signal })),
      reason,
    );
    assertEquals(
      await outcome(socket.getOutputStreamAsync("127.0.0.1", 9, { signal })),
      reason,
    );
  },
);

Deno.test(
  "DatagramSocket refuses to bind or connect twice",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    await socket.bindServiceNameAsync("");
    await assertRejects(
      () => socket.bindEndpointAsync(null, ""),
      InvalidOperationError,
      "bound already",
    );
    await socket.connectAsync("127.0.0.1", 9);
    await assertRejects(
      () => socket.connectAsync("127.0.0.1", 9),
      InvalidOperationError,
      "connected already",
    );
    assertEquals(socket.information.remotePort, "9");
  },
);

Deno.test(
  "DatagramSocket refuses bad arguments before any I/O",
  { permissions: "none" },
  async () => {
    await using socket = new DatagramSocket();
    for (const service of ["65536", -1, "1.5", 70_000]) {
      await assertRejects(
        () => socket.bindServiceNameAsync(service),
        ArgumentError,
        `${service}`,
      );
      await assertRejects(
        () => socket.connectAsync("127.0.0.1", service),
        ArgumentError,
      );
    }
    await assertRejects(
      () => socket.connectAsync("not a host", 1),
      ArgumentError,
    );
    await assertRejects(
      () => socket[Symbol.asyncIterator]().next(),
      InvalidOperationError,
      "not bound",
    );
  },
);

Deno.test(
  "DatagramSocket asks for the permission to bind and to send",
  { permissions: { ffi: "inherit", net: ["127.0.0.1:9"] } },
  async () => {
    await using socket = new DatagramSocket();
    await assertRejects(
      () => socket.bindEndpointAsync("127.0.0.1", 0),
      Deno.errors.NotCapable,
    );
    await assertRejects(
      () => socket.connectAsync("127.0.0.1", 10),
      Deno.errors.NotCapable,
    );
    await assertRejects(
      () => socket.getOutputStreamAsync("127.0.0.2", 9),
      Deno.errors.NotCapable,
    );
  },
);

Deno.test(
  "DatagramSocket.connectAsync() needs the permission for the remote endpoint alone, with native calls",
  {
    permissions: { ffi: "inherit", net: ["127.0.0.1:9"] },
    ignore: !hasNativeSockets(),
  },
  async () => {
    await using socket = new DatagramSocket();
    await socket.connectAsync("127.0.0.1", 9);
    assertEquals(await socket.outputStream.writeAsync(new Uint8Array(1)), 1);
  },
);

Deno.test(
  "DatagramSocket.getEndpointPairsAsync() gives a pair for each address",
  { permissions },
  async () => {
    const pairs = await DatagramSocket.getEndpointPairsAsync("127.0.0.1", 53);
    assertEquals(pairs.map(String).length, 1);
    assertEquals(`${pairs[0]?.remoteHostName}`, "127.0.0.1");
    assertEquals(pairs[0]?.remoteServiceName, "53");
  },
);

Deno.test(
  "DatagramSocket opened and closed many times leaves nothing behind",
  { permissions },
  async () => {
    for (let i = 0; i < 10_000; i++) {
      const socket = new DatagramSocket();
      await socket.bindEndpointAsync("127.0.0.1", "");
      if (i % 100 === 0) {
        const next = socket[Symbol.asyncIterator]().next();
        socket.close();
        assertEquals((await next).done, true);
      }
      await socket[Symbol.asyncDispose]();
    }
  },
);
