import { assertEquals } from "@std/assert";
import { SocketActivityTriggerReason } from "../../../mod.ts";

Deno.test("SocketActivityTriggerReason has the numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals(SocketActivityTriggerReason, {
    none: 0,
    socketActivity: 1,
    connectionAccepted: 2,
    keepAliveTimerExpired: 3,
    socketClosed: 4,
  });
});
