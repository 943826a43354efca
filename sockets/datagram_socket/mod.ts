/**
 * Datagrams, to one host or to a multicast group (UDP).
 *
 * @module
 */
export * from "./datagram_socket.ts";
export * from "./datagram_socket_control.ts";
export * from "./datagram_socket_information.ts";
export * from "./datagram_socket_message_received_event_args.ts";
