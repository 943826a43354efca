import { assertEquals } from "@std/assert";
import { SocketActivityConnectedStandbyAction } from "../../../mod.ts";

Deno.test("SocketActivityConnectedStandbyAction has the numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals(SocketActivityConnectedStandbyAction, { doNotWake: 0, wake: 1 });
});
