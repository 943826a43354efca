/**
 * The socket calls of the system under the names of Winsock, with its meanings
 * and its error codes: for what the socket classes do not have.
 *
 * The calls are those of the C library on Linux and macOS, and of `ws2_32.dll`
 * on Windows, by Deno's native calls: they need `--allow-ffi`, and
 * `--allow-net` for each address. What is for macOS and Windows is made from
 * their headers, and has not been run there yet.
 *
 * A call that can wait blocks the thread with all that happens in it, as in C.
 * For each there is one whose name ends in `Async`, which does not: it takes a
 * signal, and rejects with a `SocketError` where the other one returns an error;
 * the lower 16 bits of its `hresult` are the Winsock code.
 *
 * Structures are objects, and sizes that they have themselves are not passed.
 * Constants have the values of the system's headers. This module is not part of
 * `@winrt/sockets`: names such as `select` and `bind` would crowd it.
 *
 * ```ts
 * import {
 *   accept,
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connect,
 *   getsockname,
 *   listen,
 *   MAKEWORD,
 *   recv,
 *   send,
 *   SOCK_STREAM,
 *   socket,
 *   SOMAXCONN,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(MAKEWORD(2, 2));
 * const listener = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(listener, name);
 * listen(listener, SOMAXCONN);
 * getsockname(listener, name);
 *
 * const client = socket(AF_INET, SOCK_STREAM, 0);
 * connect(client, name);
 * const server = accept(listener, null);
 * const text = new TextEncoder().encode("hello");
 * send(client, text, text.length, 0);
 * const buf = new Uint8Array(100);
 * assertEquals(recv(server, buf, buf.length, 0), text.length);
 *
 * for (const s of [server, client, listener]) closesocket(s);
 * WSACleanup();
 * ```
 *
 * @module
 */
export * from "./accept.ts";
export * from "./addresses.ts";
export * from "./async_call_options.ts";
export * from "./byte_order.ts";
export * from "./connect.ts";
export * from "./constants.ts";
export * from "./error_codes.ts";
export * from "./errors.ts";
export * from "./names.ts";
export * from "./options.ts";
export * from "./poll.ts";
export * from "./receive.ts";
export * from "./select.ts";
export * from "./send.ts";
export * from "./sock_addr.ts";
export * from "./socket.ts";
export * from "./socket_names.ts";
export * from "./startup.ts";
export * from "./wsa_receive.ts";
export * from "./wsa_send.ts";
