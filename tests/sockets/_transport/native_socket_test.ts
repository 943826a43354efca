import {
  assertEquals,
  assertExists,
  assertGreater,
  assertThrows,
} from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import {
  hasNativeSockets,
  NativeSocket,
  setNativeOptions,
} from "../../../sockets/_transport/native_socket.ts";
import type { TransportOptions } from "../../../sockets/_transport/stream_transport.ts";

const DEFAULTS: TransportOptions = {
  keepAlive: false,
  noDelay: true,
  hopLimit: undefined,
  lowLatency: false,
  sendBufferSize: undefined,
  tcp: {},
};

Deno.test("setNativeOptions() throws for options of a socket that was not found, and for nothing else", () => {
  setNativeOptions(null, { ...DEFAULTS, keepAlive: true, noDelay: false });
  for (
    const option of [
      { hopLimit: 5 },
      { lowLatency: true },
      { sendBufferSize: 65_536 },
      { tcp: { userTimeout: 1_000 } },
    ]
  ) {
    assertThrows(
      () => setNativeOptions(null, { ...DEFAULTS, ...option }),
      SocketError,
      "Cannot set options of the connection",
    );
  }
});

Deno.test({
  name:
    "NativeSocket.find() finds a connection far above the lowest free descriptor",
  ignore: !hasNativeSockets(),
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const path = new URL(import.meta.url);
    const files = Array.from({ length: 700 }, () => Deno.openSync(path));
    const { port } = listener.addr;
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    const server = await listener.accept();
    for (const file of files) file.close();
    const native = NativeSocket.find(client.localAddr, client.remoteAddr);
    assertExists(native);
    native.setOptions({ ...DEFAULTS, hopLimit: 17 });
    assertEquals(native.getOption({ level: 0, name: 2 }), 17);
    client.close();
    server.close();
    listener.close();
  },
});

Deno.test({
  name: "NativeSocket.find() gives null for a connection that is not there",
  ignore: !hasNativeSockets(),
  fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    assertEquals(NativeSocket.find(listener.addr, listener.addr), null);
    listener.close();
  },
});

Deno.test(
  "NativeSocket.tcpInfo tells of a connection, and is null once it is gone",
  {
    ignore: !hasNativeSockets(),
    permissions: { ffi: "inherit", net: ["127.0.0.1"] },
  },
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    using _server = await listener.accept();
    const native = NativeSocket.find(client.localAddr, client.remoteAddr);
    assertExists(native);
    assertGreater(native.tcpInfo?.roundTripTime, 0);
    client.close();
    assertEquals(native.tcpInfo, null);
  },
);

Deno.test(
  "NativeSocket.setOptions() names the option of TCP that cannot be set",
  {
    ignore: !hasNativeSockets(),
    permissions: { ffi: "inherit", net: ["127.0.0.1"] },
  },
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    using _server = await listener.accept();
    const native = NativeSocket.find(client.localAddr, client.remoteAddr);
    assertExists(native);
    assertThrows(
      () => native.setOptions({ ...DEFAULTS, tcp: { keepAliveCount: 128 } }),
      SocketError,
      'Cannot set the keep-alive count to "128": ',
    );
  },
);
