/**
 * The socket classes, and the addresses and streams that they work with.
 *
 * @module
 */
export * from "./addressing/mod.ts";
export * from "./broker/mod.ts";
export * from "./certificates/mod.ts";
export * from "./datagram_socket/mod.ts";
export * from "./stream_socket/mod.ts";
export * from "./streams/mod.ts";
export * from "./web_socket/mod.ts";
