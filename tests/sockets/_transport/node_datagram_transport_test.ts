import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { NodeDatagramTransport } from "../../../sockets/_transport/node_datagram_transport.ts";
import {
  datagramOf,
  optionsWith,
  sendAll,
  takeBytes,
} from "./_datagram_transports.ts";

/** All addresses of IPv6, and what is sent to. */
const IPV6_ALONE: Deno.TestDefinition["permissions"] = {
  net: ["[::]", "127.0.0.1"],
};
const EVERYWHERE = { hostname: "::", port: 0 };

Deno.test(
  "NodeDatagramTransport on :: serves IPv4 by one socket where 0.0.0.0 is not granted",
  { permissions: IPV6_ALONE },
  async () => {
    const socket = await NodeDatagramTransport.open(EVERYWHERE, optionsWith());
    const { port } = socket.localAddress;
    const toItself = socket.senderTo({ hostname: "127.0.0.1", port });
    await sendAll(toItself, [datagramOf(3)]);
    assertEquals(await takeBytes(socket, 1), [datagramOf(3)]);

    const membership = {
      group: "224.0.0.251",
      source: undefined,
      adapter: undefined,
    };
    const error = assertThrows(
      () => socket.join(membership),
      SocketError,
      'Cannot join the group "224.0.0.251": the socket is bound to "::", of the other family',
    );
    assertEquals(error.status, SocketErrorStatus.addressFamilyNotSupported);
    await socket.close();
  },
);

Deno.test(
  "NodeDatagramTransport on :: refuses options that one socket of both families cannot have",
  { permissions: IPV6_ALONE },
  async () => {
    for (const options of [{ multicastLoopback: false }, { hopLimit: 9 }]) {
      await assertRejects(
        () => NodeDatagramTransport.open(EVERYWHERE, optionsWith(options)),
        InvalidOperationError,
        "it needs native calls, which are there on Linux with --allow-ffi",
      );
    }
  },
);

Deno.test(
  "NodeDatagramTransport throws NotCapable for what is not granted",
  { permissions: { net: ["127.0.0.1"] } },
  async () => {
    const { NotCapable } = Deno.errors;
    const elsewhere = { hostname: "127.0.0.2", port: 9 };
    await assertRejects(
      () => NodeDatagramTransport.open(EVERYWHERE, optionsWith()),
      NotCapable,
      'Requires net access to "[::]:0"',
    );
    const local = { hostname: "127.0.0.1", port: 0 };
    const socket = await NodeDatagramTransport.open(local, optionsWith());
    assertThrows(() => socket.senderTo(elsewhere), NotCapable);
    assertThrows(() => socket.connect(elsewhere), NotCapable);
    await socket.close();
  },
);
