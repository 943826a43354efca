import type { Child } from "../examples/_child.ts";
import { freePort, type Server, startPeer } from "./_peers.ts";
import {
  type Identity,
  identityOptions,
  writeChain,
  writeKey,
} from "./_tls_identities.ts";

/** Where the files are that programs read. */
const TEMPORARY = "/tmp";

/** What a test needs that gives files to a program. */
export const PERMISSIONS: Deno.PermissionOptionsObject = {
  net: ["127.0.0.1", "localhost"],
  read: true,
  run: true,
  write: [TEMPORARY],
};

/** Files that are removed when the test is over. */
export class Files implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<Files> {
    const prefix = "winrt-sockets-";
    return new Files(await Deno.makeTempDir({ dir: TEMPORARY, prefix }));
  }

  /** The path of a file of this name. */
  path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** Writes a file, and resolves with its path. */
  async write(name: string, text: string): Promise<string> {
    const path = this.path(name);
    await Deno.writeTextFile(path, text);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** A server of others whose output the test reads. */
export interface TlsServer extends Server {
  readonly child: Child;
}

/**
 * Starts an OpenSSL server for one connection. It prints what it gets, and sends
 * what it is given, but for input that starts with the letter of a command.
 */
export async function startOpensslServer(
  files: Files,
  identity: Identity,
  ...options: string[]
): Promise<TlsServer> {
  const child = startPeer(
    "openssl",
    ...["s_server", "-accept", "127.0.0.1:0", "-naccept", "1"],
    ...await identityOptions(files, identity),
    ...options,
  );
  const port = await child.stdout.match(/^ACCEPT 127\.0\.0\.1:(\d+)\n/m);
  return toServer(child, port);
}

/** Starts an OpenSSL client, which does with its input as the server does. */
export function startOpensslClient(port: string, ...options: string[]): Child {
  const address = `127.0.0.1:${port}`;
  return startPeer("openssl", "s_client", "-connect", address, ...options);
}

/**
 * Starts nginx.
 *
 * @param settings Those of its server, in the language of nginx.
 */
export async function startNginx(
  files: Files,
  identity: Identity,
  settings: string,
): Promise<TlsServer> {
  const port = freePort();
  const path = await files.write(
    "nginx.conf",
    `
daemon off;
master_process off;
pid ${files.path("nginx.pid")};
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${files.path("body")};
  fastcgi_temp_path ${files.path("fastcgi")};
  proxy_temp_path ${files.path("proxy")};
  scgi_temp_path ${files.path("scgi")};
  uwsgi_temp_path ${files.path("uwsgi")};
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${await writeChain(files, identity)};
    ssl_certificate_key ${await writeKey(files, identity)};
    ${settings}
  }
}
`,
  );
  // -e: where errors go until it has read where they go.
  const child = startPeer("nginx", "-e", "stderr", "-c", path);
  // It listens when it tells which version it is.
  await child.stderr.match(/nginx\/\d/);
  return toServer(child, port);
}

/**
 * Starts a mail server that demands STARTTLS. It prints the mails that it got
 * when it is interrupted.
 */
export async function startMailServer(
  files: Files,
  identity: Identity,
): Promise<TlsServer> {
  const port = freePort();
  const child = startPeer(
    "aiosmtpd",
    // -d: it tells what it does.
    ...["--nosetuid", "-d", "--listen", `127.0.0.1:${port}`],
    ...["--tlscert", await writeChain(files, identity)],
    ...["--tlskey", await writeKey(files, identity)],
  );
  await child.stderr.match(/Server is listening/);
  return toServer(child, port);
}

/** Starts a socat that prints what a client of TLS sends, and sends its input. */
export async function startTlsSocat(
  files: Files,
  identity: Identity,
): Promise<TlsServer> {
  const options = [
    "bind=127.0.0.1",
    "verify=0",
    `cert=${await writeChain(files, identity)}`,
    `key=${await writeKey(files, identity)}`,
  ];
  const child = startPeer(
    "socat",
    // Two -d make it tell the port that the system chose, and ends.
    ...["-d", "-d", "-t", "60"],
    ...[`OPENSSL-LISTEN:0,${options.join(",")}`, "-"],
  );
  const port = await child.stderr.match(/listening on AF=2 127\.0\.0\.1:(\d+)/);
  return toServer(child, port);
}

function toServer(child: Child, port: string): TlsServer {
  return {
    child,
    port,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
