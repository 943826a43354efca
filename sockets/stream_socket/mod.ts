/**
 * TCP connections and the listeners that accept them.
 *
 * @module
 */
export * from "./bandwidth_statistics.ts";
export * from "./client_certificate_mode.ts";
export * from "./round_trip_time_statistics.ts";
export * from "./server_certificate.ts";
export * from "./socket_control.ts";
export * from "./socket_protection_level.ts";
export * from "./socket_quality_of_service.ts";
export * from "./socket_ssl_error_severity.ts";
export * from "./stream_socket.ts";
export * from "./stream_socket_control.ts";
export * from "./stream_socket_information.ts";
export * from "./stream_socket_listener.ts";
export * from "./stream_socket_listener_connection_received_event_args.ts";
export * from "./stream_socket_listener_control.ts";
export * from "./stream_socket_listener_information.ts";
