import {
  assert,
  assertEquals,
  assertExists,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  ClosedError,
  DatagramSocket,
  DataReader,
  InputStreamOptions,
  InvalidOperationError,
  SocketActivityContext,
  SocketActivityInformation,
  SocketActivityKind,
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import {
  hasNativeSockets,
  NativeSocket,
} from "../../../sockets/_transport/native_socket.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { SecureEcho } from "../stream_socket/_secure_echo.ts";
import { TestBroker } from "../_broker/_broker_process.ts";

const TASK_ID = "00000000-0000-0000-0000-000000000001";
const options = { ignore: !hasNativeSockets() };

/** A socket that may be transferred, and its peer. */
async function openPair(): Promise<
  { readonly socket: StreamSocket; readonly peer: Deno.TcpConn }
> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = new StreamSocket();
  socket.enableTransferOwnership(null);
  const accepting = listener.accept();
  await socket.connectAsync("127.0.0.1", listener.addr.port);
  return { socket, peer: await accepting };
}

function held(id: string): SocketActivityInformation {
  const information = SocketActivityInformation.allSockets.get(id);
  assertExists(information);
  return information;
}

async function readExactly(
  socket: StreamSocket,
  size: number,
): Promise<Uint8Array> {
  return await socket.inputStream.readAsync(new Uint8Array(size));
}

Deno.test(
  "StreamSocket.transferOwnership() hands the connection over with what arrives before, between and after",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    await peer.write(new Uint8Array([1, 2]));
    assertEquals(await readExactly(socket, 1), new Uint8Array([1]));
    socket.transferOwnership("between");
    await peer.write(new Uint8Array([3]));
    const information = held("between");
    assertEquals(information.socketKind, SocketActivityKind.streamSocket);
    assertEquals(information.taskId, null);
    assertEquals(information.context, null);
    await using reclaimed = information.streamSocket;
    await peer.write(new Uint8Array([4]));
    assertEquals(await readExactly(reclaimed, 3), new Uint8Array([2, 3, 4]));
    await reclaimed.outputStream.writeAsync(new Uint8Array([9]));
    const reply = new Uint8Array(2);
    assertEquals(await peer.read(reply), 1);
    assertEquals(reply[0], 9);
    assertEquals(
      reclaimed.information.remotePort,
      `${peer.localAddr.port}`,
    );
    assertEquals(SocketActivityInformation.allSockets.size, 0);
  },
);

Deno.test(
  "StreamSocket.transferOwnership() takes along what was read ahead and nobody has taken",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    const sent = Uint8Array.from({ length: 3_000 }, (_, i) => i % 251);
    await peer.write(sent);
    const { readAhead, partial } = InputStreamOptions;
    const first = await socket.inputStream.readAsync(
      new Uint8Array(10),
      10,
      readAhead | partial,
    );
    assertEquals(first, sent.subarray(0, 10));
    socket.transferOwnership("ahead");
    await using reclaimed = held("ahead").streamSocket;
    assertEquals(await readExactly(reclaimed, 2_990), sent.subarray(10));
  },
);

Deno.test(
  "StreamSocket.transferOwnership() fails while a read is pending, and not after cancelIOAsync",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    // As the sample does: the load stays pending, and is cancelled.
    const reader = new DataReader(socket.inputStream);
    reader.inputStreamOptions = InputStreamOptions.partial;
    const loading = assertRejects(() => reader.loadAsync(250), SocketError);
    assertThrows(
      () => socket.transferOwnership("pending"),
      InvalidOperationError,
      "await cancelIOAsync",
    );
    await socket.cancelIOAsync();
    await loading;
    reader.detachStream();
    socket.transferOwnership("pending");
    await peer.write(new Uint8Array([5]));
    await using reclaimed = held("pending").streamSocket;
    assertEquals(await readExactly(reclaimed, 1), new Uint8Array([5]));
  },
);

Deno.test(
  "StreamSocket.transferOwnership() fails while a write is pending, and not after flushAsync",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    socket.outputStream.writeAsync(new Uint8Array([6]));
    assertThrows(
      () => socket.transferOwnership("writes"),
      InvalidOperationError,
      "await flushAsync",
    );
    await socket.outputStream.flushAsync();
    socket.transferOwnership("writes");
    const buffer = new Uint8Array(2);
    assertEquals(await peer.read(buffer), 1);
    await using _reclaimed = held("writes").streamSocket;
  },
);

Deno.test(
  "StreamSocket is closed once it was transferred, and the peer does not notice",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    const { inputStream, outputStream } = socket;
    socket.transferOwnership("closed");
    assertThrows(() => socket.transferOwnership("again"), ClosedError);
    assertThrows(() => socket.enableTransferOwnership(null), ClosedError);
    await assertRejects(
      () => inputStream.readAsync(new Uint8Array(1)),
      ClosedError,
    );
    await assertRejects(
      () => outputStream.writeAsync(new Uint8Array(1)),
      ClosedError,
    );
    await socket[Symbol.asyncDispose]();
    const reading = peer.read(new Uint8Array(1));
    await using reclaimed = held("closed").streamSocket;
    await reclaimed.outputStream.writeAsync(new Uint8Array([1]));
    assertEquals(await reading, 1);
  },
);

Deno.test(
  "StreamSocket.transferOwnership() keeps its socket when the broker refuses it",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const first = await openPair();
    using _first = first.peer;
    first.socket.transferOwnership("taken");
    const { socket, peer } = await openPair();
    using _peer = peer;
    assertThrows(
      () => socket.transferOwnership("taken"),
      InvalidOperationError,
    );
    assertThrows(() => socket.transferOwnership(""), ArgumentError);
    assertThrows(
      () => socket.transferOwnership("a", undefined, -1),
      ArgumentError,
    );
    const large = new SocketActivityContext(new Uint8Array(64 * 1024 + 1));
    assertThrows(() => socket.transferOwnership("a", large), ArgumentError);
    socket.enableTransferOwnership(TASK_ID);
    assertThrows(() => socket.transferOwnership("a"), InvalidOperationError);
    await peer.write(new Uint8Array([7]));
    assertEquals(await readExactly(socket, 1), new Uint8Array([7]));
    await socket[Symbol.asyncDispose]();
    await using _reclaimed = held("taken").streamSocket;
  },
);

Deno.test(
  "StreamSocket.enableTransferOwnership() comes before the connection",
  options,
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using socket = new StreamSocket();
    assertThrows(
      () => socket.transferOwnership("a"),
      InvalidOperationError,
      "not enabled",
    );
    assertThrows(() => socket.enableTransferOwnership("x"), ArgumentError);
    await socket.connectAsync("127.0.0.1", listener.addr.port);
    using _peer = await listener.accept();
    assertThrows(
      () => socket.enableTransferOwnership(null),
      InvalidOperationError,
      "before connectAsync",
    );
  },
);

Deno.test(
  "StreamSocket.transferOwnership() fails before the connection",
  options,
  () => {
    using socket = new StreamSocket();
    socket.enableTransferOwnership(null);
    assertThrows(
      () => socket.transferOwnership("a"),
      InvalidOperationError,
      "not connected",
    );
  },
);

Deno.test(
  "StreamSocketListener.transferOwnership() keeps the port open, and refuses nobody",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    await listener.bindEndpointAsync("localhost", "");
    const { localPort } = listener.information;
    const iteration = listener[Symbol.asyncIterator]();
    const pending = iteration.next();
    const context = new SocketActivityContext(new Uint8Array([1, 2]));
    listener.transferOwnership("main", context);
    assertEquals(await pending, { done: true, value: undefined });
    assertThrows(() => listener.transferOwnership("main"), ClosedError);
    const port = Number(localPort);
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    const information = held("main");
    assertEquals(information.context, context);
    await using successor = information.streamSocketListener;
    assertEquals(successor.information.localPort, localPort);
    for await (const { socket } of successor) {
      assertEquals(
        socket.information.remotePort,
        `${client.localAddr.port}`,
      );
      await socket[Symbol.asyncDispose]();
      break;
    }
  },
);

Deno.test(
  "StreamSocketListener hands out what it had accepted before it was transferred",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    await listener.bindEndpointAsync("127.0.0.1", "");
    const port = Number(listener.information.localPort);
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    // It is accepted at once, and on its way when the listener goes.
    const pending = listener[Symbol.asyncIterator]().next();
    listener.transferOwnership("main");
    const { value } = await pending;
    assertExists(value);
    await using socket = value.socket;
    assertEquals(socket.information.remotePort, `${client.localAddr.port}`);
    await using _successor = held("main").streamSocketListener;
  },
);

Deno.test(
  "StreamSocketListener that may be transferred accepts sockets that may be",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    await using listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    await listener.bindEndpointAsync("127.0.0.1", "");
    const accepted = Promise.withResolvers<StreamSocket>();
    listener.onconnectionreceived = ({ socket }) => accepted.resolve(socket);
    const port = Number(listener.information.localPort);
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = await accepted.promise;
    socket.enableTransferOwnership(null);
    socket.transferOwnership("accepted");
    await client.write(new Uint8Array([1]));
    await using reclaimed = held("accepted").streamSocket;
    assertEquals(await readExactly(reclaimed, 1), new Uint8Array([1]));
  },
);

Deno.test(
  "StreamSocketListener.transferOwnership() fails before the bind, and where it was not enabled",
  options,
  async () => {
    await using listener = new StreamSocketListener();
    assertThrows(
      () => listener.transferOwnership("a"),
      InvalidOperationError,
      "not enabled",
    );
    listener.enableTransferOwnership(null);
    assertThrows(
      () => listener.transferOwnership("a"),
      InvalidOperationError,
      "not bound",
    );
    await using bound = new StreamSocketListener();
    await bound.bindEndpointAsync("127.0.0.1", "");
    assertThrows(
      () => bound.enableTransferOwnership(null),
      InvalidOperationError,
      "before the bind",
    );
  },
);

Deno.test(
  "DatagramSocket.transferOwnership() hands the socket over with what nobody has taken",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const socket = new DatagramSocket();
    socket.enableTransferOwnership(null);
    await socket.bindEndpointAsync("127.0.0.1", "");
    await using sender = new DatagramSocket();
    await sender.connectAsync("127.0.0.1", socket.information.localPort);
    for (const byte of [1, 2, 3]) {
      await sender.outputStream.writeAsync(new Uint8Array([byte]));
    }
    // All three are received, and one of them is taken.
    const taken: number[] = [];
    for await (const message of socket) {
      taken.push(message.getDataReader().readByte());
      break;
    }
    socket.transferOwnership("datagrams");
    await sender.outputStream.writeAsync(new Uint8Array([4]));
    await using reclaimed = held("datagrams").datagramSocket;
    for await (const message of reclaimed) {
      assertEquals(message.remotePort, sender.information.localPort);
      taken.push(message.getDataReader().readByte());
      if (taken.length === 4) break;
    }
    assertEquals(taken, [1, 2, 3, 4]);
    const { remotePort } = sender.information;
    assertEquals(reclaimed.information.localPort, remotePort);
  },
);

Deno.test(
  "DatagramSocket.transferOwnership() keeps it connected, and fails while writes are pending",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    await using peer = new DatagramSocket();
    await peer.bindEndpointAsync("127.0.0.1", "");
    const socket = new DatagramSocket();
    await socket.connectAsync("127.0.0.1", peer.information.localPort);
    assertThrows(
      () => socket.transferOwnership("a"),
      InvalidOperationError,
      "not enabled",
    );
    socket.enableTransferOwnership(null);
    socket.outputStream.writeAsync(new Uint8Array([1]));
    assertThrows(
      () => socket.transferOwnership("connected"),
      InvalidOperationError,
      "await flushAsync",
    );
    await socket.outputStream.flushAsync();
    socket.transferOwnership("connected");
    assertThrows(() => socket.transferOwnership("connected"), ClosedError);
    await using reclaimed = held("connected").datagramSocket;
    await reclaimed.outputStream.writeAsync(new Uint8Array([2]));
    const received: number[] = [];
    for await (const message of peer) {
      received.push(message.getDataReader().readByte());
      if (received.length === 2) break;
    }
    assertEquals(received, [1, 2]);
  },
);

Deno.test(
  "SocketActivityInformation getters of another kind fail, and leave the socket where it is",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    using _peer = peer;
    socket.transferOwnership("kind");
    const information = held("kind");
    assertThrows(() => information.datagramSocket, InvalidOperationError);
    assertThrows(() => information.streamSocketListener, InvalidOperationError);
    await using reclaimed = information.streamSocket;
    assert(information.streamSocket === reclaimed);
    assertThrows(
      () => new SocketActivityInformation("kind", 3, null).streamSocket,
      InvalidOperationError,
    );
  },
);

Deno.test(
  "StreamSocket.transferOwnership() fails after both directions have ended, whatever has the number of its descriptor",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    await peer.closeWrite();
    assertEquals(await readExactly(socket, 1), new Uint8Array());
    await socket.outputStream.close();
    assertEquals(await peer.read(new Uint8Array(1)), null);
    peer.close();
    assertThrows(() => socket.transferOwnership("ended"), ClosedError);
    assertEquals(SocketActivityInformation.allSockets.size, 0);
  },
);

Deno.test(
  "StreamSocket that the peer has reset comes back from the broker with what was unread, and then tells it",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const { socket, peer } = await openPair();
    const { readAhead, partial } = InputStreamOptions;
    await peer.write(new Uint8Array([1, 2, 3]));
    await socket.inputStream.readAsync(
      new Uint8Array(1),
      1,
      readAhead | partial,
    );
    await socket.outputStream.writeAsync(new Uint8Array(1));
    socket.transferOwnership("reset");
    // With unread data: a reset.
    NativeSocket.find(peer.localAddr, peer.remoteAddr)?.reset();
    await using reclaimed = held("reset").streamSocket;
    assertEquals(reclaimed.information.remotePort, `${peer.localAddr.port}`);
    peer.close();
    assertEquals(await readExactly(reclaimed, 2), new Uint8Array([2, 3]));
    const error = await assertRejects(
      () => readExactly(reclaimed, 1),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
  },
);

Deno.test(
  "StreamSocket.transferOwnership() works right after cancelIOAsync when the end has just come",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    for (let i = 0; i < 10; i++) {
      const { socket, peer } = await openPair();
      const loading = assertRejects(() => readExactly(socket, 1), SocketError);
      peer.close();
      await socket.cancelIOAsync().catch(() => {});
      await loading.catch(() => {});
      // It is over, or it is given away: what cannot be is a pending read.
      try {
        socket.transferOwnership(`end ${i}`);
      } catch (error) {
        assertInstanceOf(error, ClosedError);
      }
      await socket[Symbol.asyncDispose]();
    }
    for (
      const { streamSocket } of SocketActivityInformation.allSockets.values()
    ) {
      await using reclaimed = streamSocket;
      assertEquals(await readExactly(reclaimed, 1), new Uint8Array());
    }
  },
);

Deno.test(
  "StreamSocketListener leaves to its successor who connects between cancelIOAsync and the transfer",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    const accepted: StreamSocket[] = [];
    listener.onconnectionreceived = ({ socket }) => accepted.push(socket);
    await listener.bindEndpointAsync("localhost", "");
    const port = Number(listener.information.localPort);
    await listener.cancelIOAsync();
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    listener.transferOwnership("main");
    await using successor = held("main").streamSocketListener;
    for await (const { socket } of successor) {
      await using _socket = socket;
      assertEquals(socket.information.remotePort, `${client.localAddr.port}`);
      break;
    }
    assertEquals(accepted, []);
  },
);

Deno.test(
  "StreamSocketListener on several addresses loses nobody at a transfer",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    await listener.bindEndpointAsync("localhost", "");
    const port = Number(listener.information.localPort);
    const clients = [
      await Deno.connect({ hostname: "127.0.0.1", port }),
      await Deno.connect({ hostname: "::1", port }),
    ];
    const sockets: StreamSocket[] = [];
    for await (const { socket } of listener) {
      sockets.push(socket);
      // The other one has been accepted ahead, or waits.
      if (sockets.length === 1) listener.transferOwnership("main");
    }
    await using successor = held("main").streamSocketListener;
    if (sockets.length === 1) {
      for await (const { socket } of successor) {
        sockets.push(socket);
        break;
      }
    }
    assertEquals(
      sockets.map(({ information }) => Number(information.remotePort)).sort(),
      clients.map(({ localAddr }) => localAddr.port).sort(),
    );
    for (const each of [...sockets, ...clients]) each.close();
    await Promise.all(sockets.map((each) => each[Symbol.asyncDispose]()));
  },
);

Deno.test(
  "StreamSocketListener.close() after a transfer drops what nobody has taken, and leaves the successor alone",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    const listener = new StreamSocketListener();
    listener.enableTransferOwnership(null);
    await listener.bindEndpointAsync("127.0.0.1", "");
    const port = Number(listener.information.localPort);
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    const pending = assertRejects(
      () => listener[Symbol.asyncIterator]().next(),
      SocketError,
    );
    // It is accepted already, and nobody waits for it any more.
    await listener.cancelIOAsync();
    await pending;
    listener.transferOwnership("main");
    await listener[Symbol.asyncDispose]();
    const error = await assertRejects(() => client.read(new Uint8Array(1)));
    assertInstanceOf(error, Deno.errors.ConnectionReset);
    using second = await Deno.connect({ hostname: "127.0.0.1", port });
    await using successor = held("main").streamSocketListener;
    for await (const { socket } of successor) {
      await using _socket = socket;
      assertEquals(socket.information.remotePort, `${second.localAddr.port}`);
      break;
    }
  },
);

Deno.test(
  "DatagramSocket that is connected lets nobody else in after a transfer",
  options,
  async () => {
    await using _broker = await TestBroker.start();
    await using peer = new DatagramSocket();
    await peer.bindEndpointAsync("127.0.0.1", "");
    await using stranger = new DatagramSocket();
    const socket = new DatagramSocket();
    socket.enableTransferOwnership(null);
    await socket.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = socket.information;
    const strange = await stranger.getOutputStreamAsync("127.0.0.1", localPort);
    await strange.writeAsync(new Uint8Array([1]));
    await socket.connectAsync("127.0.0.1", peer.information.localPort);
    const wanted = await peer.getOutputStreamAsync("127.0.0.1", localPort);
    await wanted.writeAsync(new Uint8Array([2]));
    socket.transferOwnership("connected");
    await using reclaimed = held("connected").datagramSocket;
    for await (const message of reclaimed) {
      assertEquals(message.getDataReader().readByte(), 2);
      break;
    }
  },
);

Deno.test(
  "StreamSocket.fromDescriptor() and its like refuse what is no descriptor of theirs",
  options,
  () => {
    assertThrows(() => StreamSocket.fromDescriptor(-1), ArgumentError);
    assertThrows(() => StreamSocketListener.fromDescriptor([]), ArgumentError);
    assertThrows(() => DatagramSocket.fromDescriptor(NaN), ArgumentError);
  },
);

Deno.test(
  "StreamSocket.transferOwnership() refuses secure connections",
  options,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    await using server = await SecureEcho.start(certificate);
    await using secure = new StreamSocket();
    secure.enableTransferOwnership(null);
    const { tls12 } = SocketProtectionLevel;
    await assertRejects(
      () => secure.connectAsync("127.0.0.1", server.port, tls12),
      InvalidOperationError,
      "it is secure",
    );
    // The connection becomes secure after it was enabled.
    await secure.connectAsync("127.0.0.1", server.port);
    secure.control.trustedRootCertificates.push(root);
    await secure.upgradeToSslAsync(tls12, "localhost");
    await secure.outputStream.writeAsync(new Uint8Array([1, 2]));
    assertEquals(await readExactly(secure, 2), new Uint8Array([1, 2]));
    assertThrows(
      () => secure.transferOwnership("secure"),
      InvalidOperationError,
      "it is secure",
    );
    assertThrows(
      () => secure.enableTransferOwnership(null),
      InvalidOperationError,
      "it is secure",
    );
  },
);

Deno.test(
  "StreamSocketListener.bindEndpointAsync() refuses secure connections where a transfer was enabled",
  options,
  async () => {
    await using listener = new StreamSocketListener();
    listener.control.serverCertificate = (await goodIdentities()).server;
    listener.enableTransferOwnership(null);
    await assertRejects(
      () =>
        listener.bindEndpointAsync(
          "127.0.0.1",
          "",
          SocketProtectionLevel.tls12,
        ),
      InvalidOperationError,
      "secure",
    );
  },
);
