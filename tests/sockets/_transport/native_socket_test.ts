import { assertEquals, assertExists, assertThrows } from "@std/assert";
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
};

Deno.test("setNativeOptions() throws for options of a socket that was not found, and for nothing else", () => {
  setNativeOptions(null, { ...DEFAULTS, keepAlive: true, noDelay: false });
  for (
    const option of [
      { hopLimit: 5 },
      { lowLatency: true },
      { sendBufferSize: 65_536 },
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
