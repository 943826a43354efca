/**
 * WebSockets of clients and servers, as messages and as streams of bytes.
 *
 * @module
 */
export * from "./client_web_socket.ts";
export * from "./client_web_socket_information.ts";
export * from "./deferral.ts";
export * from "./message_web_socket.ts";
export * from "./message_web_socket_control.ts";
export * from "./message_web_socket_information.ts";
export * from "./message_web_socket_message_received_event_args.ts";
export * from "./message_web_socket_receive_mode.ts";
export * from "./password_credential.ts";
export * from "./server_message_web_socket.ts";
export * from "./server_message_web_socket_control.ts";
export * from "./server_message_web_socket_information.ts";
export * from "./server_stream_web_socket.ts";
export * from "./server_stream_web_socket_information.ts";
export * from "./socket_message_type.ts";
export * from "./stream_web_socket.ts";
export * from "./stream_web_socket_control.ts";
export * from "./stream_web_socket_information.ts";
export * from "./web_socket_accept_options.ts";
export * from "./web_socket_closed_event_args.ts";
export * from "./web_socket_compression_options.ts";
export * from "./web_socket_control.ts";
export * from "./web_socket_endpoint.ts";
export * from "./web_socket_information.ts";
export * from "./web_socket_keep_alive.ts";
export * from "./web_socket_listener.ts";
export * from "./web_socket_listener_connection_received_event_args.ts";
export * from "./web_socket_server_custom_validation_requested_event_args.ts";
