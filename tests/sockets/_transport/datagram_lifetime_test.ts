import { setImmediate } from "node:timers";
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { run } from "../stream_socket/_run.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  datagramsOf,
  LOOPBACK,
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
}

Deno.test(
  "DatagramTransport leaves no descriptor behind when 1,000 sockets of a kind are opened and closed",
  {
    ignore: !hasNativeSockets(),
    permissions: { read: true, run: true },
  },
  async () => {
    const { href } = new URL("_many_datagram_transports.ts", import.meta.url);
    const flags = ["--allow-ffi", "--allow-net", "--unstable-net"];
    const { code, stdout, stderr } = await run(href, flags);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const lines = DATAGRAM_TRANSPORT_KINDS.map(({ name }) => `${name}: 0\n`);
    assertEquals(stdout, lines.join(""));
  },
);
