import {
  BackgroundTaskInstance,
  BackgroundTaskRegistration,
  SocketActivityInformation,
  SocketActivityKind,
  SocketActivityTriggerDetails,
  SocketActivityTriggerReason,
} from "../../../mod.ts";

/** What a task gets, without a broker behind it. */
export function newTaskInstance(): BackgroundTaskInstance {
  return new BackgroundTaskInstance(
    new BackgroundTaskRegistration("1", "task"),
    new SocketActivityTriggerDetails(
      SocketActivityTriggerReason.socketClosed,
      new SocketActivityInformation("a", SocketActivityKind.streamSocket, "1"),
    ),
  );
}
