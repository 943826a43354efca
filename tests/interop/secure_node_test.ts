import { assertEquals } from "@std/assert";
import { ClientCertificateMode } from "../../mod.ts";
import type { Child } from "../examples/_child.ts";
import { randomBytes } from "../examples/_echo.ts";
import { startNode } from "./_peers.ts";
import { connectClient, hash, startListener } from "./_secure.ts";
import { identities, type Identity } from "./_tls_identities.ts";
import { PERMISSIONS as permissions } from "./_tls_peers.ts";

const SIZE = 1024 * 1024;

/** Starts Node, and gives it a certificate and the root of the tests. */
async function startNodeTls(
  { pem, issuersPem, privateKeyPem }: Identity,
  ...args: string[]
): Promise<Child> {
  const { root } = await identities();
  const child = startNode("_node_tls.mjs", ...args);
  const cert = `${pem}${issuersPem}`;
  await child.write(JSON.stringify({ cert, key: privateKeyPem, ca: root.pem }));
  await child.endInput();
  return child;
}

Deno.test(
  "StreamSocket is answered by node:tls of Node after it has ended its own side",
  {
    permissions,
  },
  async () => {
    const { server, client } = await identities();
    await using node = await startNodeTls(server, "server", `${SIZE}`);
    const port = await node.stdout.match(/^port (\d+)\n/);
    await using socket = await connectClient(
      port,
      false,
      (control) => control.clientCertificate = client.certificate,
    );
    const sent = randomBytes(SIZE);
    await socket.outputStream.writeAsync(sent);
    await socket.outputStream.close();
    const received = await socket.inputStream.readAsync(
      new Uint8Array(SIZE + 1),
    );

    const { code, stdout, stderr } = await node.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(JSON.parse(stdout.split("\n")[1] ?? ""), {
      authorized: true,
      peer: "Client",
      protocol: "TLSv1.3",
      sent: await hash(new Uint8Array(received)),
      received: await hash(sent),
    });
  },
);

Deno.test(
  "StreamSocketListener answers node:tls of Node that has ended its own side",
  {
    permissions,
  },
  async () => {
    const { client, root } = await identities();
    await using listener = await startListener((control) => {
      control.clientCertificateMode = ClientCertificateMode.require;
      control.trustedRootCertificates.push(root.certificate);
    });
    await using node = await startNodeTls(
      client,
      ...["client", `${SIZE}`, listener.port],
    );
    await using socket = await listener.connection;
    assertEquals(socket.information.clientCertificate?.subject, "Client");
    const received = await socket.inputStream.readAsync(
      new Uint8Array(SIZE + 1),
    );
    const sent = randomBytes(SIZE);
    await socket.outputStream.writeAsync(sent);
    await socket.outputStream.close();

    const { code, stdout, stderr } = await node.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(JSON.parse(stdout), {
      authorized: true,
      peer: "Server",
      protocol: "TLSv1.3",
      sent: await hash(new Uint8Array(received)),
      received: await hash(sent),
    });
  },
);
