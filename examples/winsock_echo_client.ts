// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends a line to an echo server and prints what comes back, the way that a
 * program of Winsock does.
 *
 * ```sh
 * deno run --allow-ffi --allow-net examples/winsock_echo_client.ts [--port=1337] [--text=test]
 * ```
 *
 * @module
 */
import {
  AF_INET,
  closesocket,
  connect,
  MAKEWORD,
  recv,
  SD_SEND,
  shutdown,
  SOCK_STREAM,
  socket,
  WSACleanup,
  WSAStartup,
} from "@winrt/sockets/winsock";
import { parseOptions, toInteger } from "./_options.ts";
import { check, sendAll } from "./winsock_echo/calls.ts";

const option = parseOptions(Deno.args, { port: "1337", text: "test" });
const port = toInteger("port", option("port"), { least: 1, most: 65_535 });

WSAStartup(MAKEWORD(2, 2));
const s = socket(AF_INET, SOCK_STREAM, 0);
try {
  const server = { family: AF_INET, address: "127.0.0.1", port };
  check("connect", connect(s, server));
  sendAll(s, new TextEncoder().encode(`${option("text")}\n`));
  check("shutdown", shutdown(s, SD_SEND));
  await Deno.stdout.writable.getWriter().write(receiveAll());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
} finally {
  closesocket(s);
  WSACleanup();
}

/** Receives until the server ends the connection. */
function receiveAll(): Uint8Array {
  const bytes: number[] = [];
  const buf = new Uint8Array(4096);
  let count = 1;
  while (count > 0) {
    count = check("recv", recv(s, buf, buf.length, 0));
    bytes.push(...buf.subarray(0, count));
  }
  return Uint8Array.from(bytes);
}
