/**
 * Hosts and endpoints, by name and by address.
 *
 * @module
 */
export * from "./endpoint_pair.ts";
export * from "./host_name.ts";
export * from "./host_name_sort_options.ts";
export * from "./host_name_type.ts";
export * from "./ip_information.ts";
export * from "./name_server.ts";
export * from "./network_information.ts";
