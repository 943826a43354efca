import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import type { DatagramOptions } from "../../../sockets/_transport/datagram_transport.ts";
import { NativeDatagramTransport } from "../../../sockets/_transport/native_datagram_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";

const OPTIONS: DatagramOptions = {
  dontFragment: false,
  hopLimit: undefined,
  inboundBufferSize: undefined,
  lowLatency: false,
  multicastHopLimit: undefined,
  multicastLoopback: true,
  shared: false,
};

Deno.test({
  name:
    "NativeDatagramTransport that is closed neither sends, receives nor connects",
  ignore: !hasNativeSockets(),
  async fn() {
    const local = { hostname: "127.0.0.1", port: 0 };
    const transport = NativeDatagramTransport.open(local, OPTIONS);
    const remote = { hostname: "127.0.0.1", port: 9 };
    const sender = transport.senderTo(remote);
    const received = transport.receive();
    await transport.close();
    await transport.close();
    assertEquals(await received, []);

    const bytes = new Uint8Array(100);
    const row = { bytes, offset: 0, lengths: [1, 1], first: 0 };
    const { count, error } = await sender.send(row);
    assertEquals(count, 0);
    assertInstanceOf(error, SocketError);
    assertEquals(error.status, SocketErrorStatus.operationAborted);
    const refused = assertThrows(() => transport.connect(remote), SocketError);
    assertEquals(refused.status, SocketErrorStatus.operationAborted);
  },
});
