import { setImmediate } from "node:timers";
import { assert, assertEquals } from "@std/assert";
import { DataWriter, OutputStream, StreamSocket } from "../../../mod.ts";
import {
  hasNativeSockets,
  NativeSocket,
} from "../../../sockets/_transport/native_socket.ts";

/** Ways to send a single message without waiting for it. */
const SINGLE: Readonly<Record<string, (stream: OutputStream) => void>> = {
  "OutputStream.writeAsync()": (stream) => {
    stream.writeAsync(new Uint8Array(64));
  },
  "OutputStreamWriter.write()": (stream) => {
    stream.getWriter().write(new Uint8Array(64));
  },
  "DataWriter.storeAsync()": (stream) => {
    const writer = new DataWriter(stream);
    writer.writeBytes(new Uint8Array(64));
    writer.storeAsync();
  },
};

for (const [name, write] of Object.entries(SINGLE)) {
  Deno.test(
    `${name} gives a single message to the sink in a microtask`,
    { permissions: "none" },
    async () => {
      let calls = 0;
      const stream = new OutputStream({
        write(bytes) {
          calls++;
          return Promise.resolve(bytes.length);
        },
      });
      write(stream);
      assertEquals(calls, 0);
      await Promise.resolve();
      assertEquals(calls, 1);
    },
  );

  Deno.test({
    name: `${name} has a single message at the peer in the same turn`,
    ignore: !hasNativeSockets(),
    permissions: { net: ["127.0.0.1"] },
    async fn() {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const socket = new StreamSocket();
      await socket.connectAsync("127.0.0.1", listener.addr.port);
      using conn = await listener.accept();
      const peer = NativeSocket.find(conn.localAddr, conn.remoteAddr);
      assert(peer !== null);
      const arrived = new Promise<boolean>((resolve) => {
        setImmediate(() => resolve(peer.hasUnread));
      });
      write(socket.outputStream);
      assert(!peer.hasUnread);
      assert(await arrived);
      await socket[Symbol.asyncDispose]();
    },
  });
}
