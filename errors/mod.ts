export * from "./argument_error.ts";
export * from "./bounds_error.ts";
export * from "./closed_error.ts";
export * from "./hresult.ts";
export * from "./invalid_operation_error.ts";
export * from "./socket_error.ts";
export * from "./socket_error_status.ts";
