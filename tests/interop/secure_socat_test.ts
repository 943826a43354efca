import { assertEquals } from "@std/assert";
import { randomBytes } from "../examples/_echo.ts";
import { startPeer } from "./_peers.ts";
import {
  CLIENTS,
  connectClient,
  hash,
  read,
  startListener,
} from "./_secure.ts";
import { identities } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startTlsSocat,
} from "./_tls_peers.ts";

const SIZE = 1024 * 1024;

for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
  Deno.test(
    `StreamSocket by ${name} is answered by socat after it has ended its own side`,
    { permissions },
    async () => {
      const { server: identity } = await identities();
      await using files = await Files.make();
      await using server = await startTlsSocat(files, identity);
      await using socket = await connectClient(
        server.port,
        collectsInformation,
      );
      const sent = randomBytes(SIZE);
      await socket.outputStream.writeAsync(sent);
      await socket.outputStream.close();
      await server.child.stderr.match(/is at EOF/);
      await server.child.write("the answer\n");
      await server.child.endInput();
      assertEquals(await read(socket, SIZE), "the answer\n");
      const received = await server.child.stdout.bytes();
      assertEquals(await hash(received), await hash(sent));
    },
  );
}

Deno.test("StreamSocketListener answers socat that has ended its own side", {
  permissions,
}, async () => {
  const { root } = await identities();
  await using files = await Files.make();
  await using listener = await startListener();
  const options = [
    `cafile=${await files.write("root.pem", root.pem)}`,
    "commonname=localhost",
  ];
  const address = `OPENSSL:127.0.0.1:${listener.port},${options.join(",")}`;
  await using socat = startPeer("socat", "-t", "60", "-", address);
  const sent = randomBytes(SIZE);
  await socat.write(sent);
  await socat.endInput();
  await using socket = await listener.connection;
  await socket.inputStream.pipeTo(socket.outputStream);
  assertEquals(await hash(await socat.stdout.bytes()), await hash(sent));
  const { code, stderr } = await socat.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});
