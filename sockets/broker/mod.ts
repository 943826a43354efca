/**
 * The socket broker, which keeps sockets beyond the end of the program that has
 * opened them and starts background tasks for them, and socket activation.
 *
 * @module
 */
export * from "./activation_descriptors.ts";
export * from "./background_task.ts";
export * from "./background_task_builder.ts";
export * from "./background_task_deferral.ts";
export * from "./background_task_instance.ts";
export * from "./background_task_permissions.ts";
export * from "./background_task_registration.ts";
export * from "./broker_process.ts";
export * from "./run_background_task.ts";
export * from "./socket_activity_connected_standby_action.ts";
export * from "./socket_activity_context.ts";
export * from "./socket_activity_information.ts";
export * from "./socket_activity_kind.ts";
export * from "./socket_activity_trigger.ts";
export * from "./socket_activity_trigger_details.ts";
export * from "./socket_activity_trigger_reason.ts";
export * from "./socket_broker.ts";
