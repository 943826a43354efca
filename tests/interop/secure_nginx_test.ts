import { assertEquals, assertMatch } from "@std/assert";
import type { Certificate, StreamSocket } from "../../mod.ts";
import { CLIENTS, connectClient, read, write } from "./_secure.ts";
import { identities } from "./_tls_identities.ts";
import {
  Files,
  PERMISSIONS as permissions,
  startNginx,
  type TlsServer,
} from "./_tls_peers.ts";

const REQUEST =
  "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const MAX_SIZE = 64 * 1024;

/** Starts an nginx that serves those whom the root of the tests knows. */
async function startServer(files: Files): Promise<TlsServer> {
  const { root, server } = await identities();
  return await startNginx(
    files,
    server,
    `
    ssl_client_certificate ${await files.write("root.pem", root.pem)};
    ssl_verify_client on;
    ssl_verify_depth 2;
    location / {
      default_type text/plain;
      return 200 "$ssl_client_verify $ssl_client_s_dn\n";
    }
    `,
  );
}

/** Asks for a page, and resolves with all that comes up to the end. */
async function get(socket: StreamSocket): Promise<string> {
  await write(socket, REQUEST);
  return await read(socket, MAX_SIZE);
}

/** Asks a server for a page, as who has a certificate or none. */
async function getAs(
  certificate: Certificate | null,
  collectsInformation: boolean,
): Promise<string> {
  await using files = await Files.make();
  await using server = await startServer(files);
  await using socket = await connectClient(
    server.port,
    collectsInformation,
    (control) => control.clientCertificate = certificate,
  );
  return await get(socket);
}

Deno.test(
  "StreamSocket with a certificate gets a page of nginx that verifies clients",
  {
    permissions,
  },
  async () => {
    const { client } = await identities();
    const response = await getAs(client.certificate, false);
    assertMatch(response, /^HTTP\/1\.1 200 OK\r\nServer: nginx\//);
    assertEquals(response.split("\r\n\r\n")[1], "SUCCESS CN=Client\n");
  },
);

for (const [name, collectsInformation] of Object.entries(CLIENTS)) {
  Deno.test(
    `StreamSocket by ${name} without a certificate is refused by nginx that verifies clients`,
    { permissions },
    async () => {
      const response = await getAs(null, collectsInformation);
      assertMatch(response, /^HTTP\/1\.1 400 Bad Request\r\nServer: nginx\//);
      assertMatch(response, /No required SSL certificate was sent/);
    },
  );
}

Deno.test(
  "StreamSocket with a certificate of another root is refused by nginx that verifies clients",
  {
    permissions,
  },
  async () => {
    const { stranger } = await identities();
    const response = await getAs(stranger.certificate, false);
    assertMatch(response, /^HTTP\/1\.1 400 Bad Request\r\nServer: nginx\//);
    assertMatch(response, /The SSL certificate error/);
  },
);
