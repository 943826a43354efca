import { setImmediate } from "node:timers";
import {
  assertEquals,
  assertInstanceOf,
  assertLessOrEqual,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  datagramsOf,
  LOOPBACK,
  lowestFreeDescriptor,
  optionsWith,
  sendAll,
  Sockets,
} from "./_datagram_transports.ts";

/** Lets the event loop turn. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

for (const kind of DATAGRAM_TRANSPORT_KINDS) {
  const { name, isAvailable } = kind;
  const options = { ignore: !isAvailable, permissions: LOOPBACK };

  Deno.test(
    `DatagramTransport (${name}) shares a port with nobody unless it is told to`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const { localAddress: { port } } = await sockets.open();
      for (const shared of [false, true]) {
        const error = await assertRejects(
          () => sockets.open("127.0.0.1", { shared }, port),
          SocketError,
          `Cannot bind to "127.0.0.1:${port}": address already in use`,
        );
        assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
      }
    },
  );

  Deno.test(
    `DatagramTransport.close() (${name}) ends a pending receive, and frees the port`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      let port = 0;
      for (let i = 0; i < 50; i++) {
        const socket = await sockets.open("127.0.0.1", {}, port);
        port = socket.localAddress.port;
        const pending = socket.receive();
        if (i % 2 === 0) await turn();
        const closed = [socket.close(), socket.close()];
        assertEquals(await pending, []);
        await Promise.all(closed);
      }
    },
  );

  Deno.test(
    `DatagramTransport (${name}) refuses all use after it was closed`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const { receiver, sender } = await sockets.openPair();
      const { localAddress } = receiver;
      const answers = receiver.senderTo(localAddress);
      await sendAll(sender, datagramsOf([1]));
      await receiver.close();
      assertEquals(await receiver.receive(), []);
      // Another one may have its descriptor.
      await sockets.open();
      const refusals = await sendAll(answers, datagramsOf([1]));
      const membership = {
        group: "224.0.0.251",
        source: undefined,
        adapter: undefined,
      };
      for (
        const error of [
          refusals.get(0),
          assertThrows(() => receiver.join(membership)),
          assertThrows(() => receiver.leave(membership)),
          assertThrows(() => receiver.connect(localAddress)),
          assertThrows(() => receiver.setOptions(optionsWith())),
        ]
      ) {
        assertInstanceOf(error, SocketError);
        assertEquals(error.status, SocketErrorStatus.operationAborted);
      }
    },
  );

  Deno.test(
    `DatagramTransport (${name}) leaves nothing behind when 1,000 sockets are opened and closed`,
    options,
    async () => {
      const free = lowestFreeDescriptor();
      for (let i = 0; i < 10; i++) {
        await using sockets = new Sockets(kind);
        const opened = await Promise.all(
          Array.from({ length: 100 }, () => sockets.open()),
        );
        const pending = opened.map((socket) => socket.receive());
        await Promise.all(opened.map((socket) => socket.close()));
        assertEquals((await Promise.all(pending)).flat(), []);
      }
      await turn();
      assertLessOrEqual(lowestFreeDescriptor(), free + 10);
    },
  );
}
