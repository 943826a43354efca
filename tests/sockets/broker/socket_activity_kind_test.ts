import { assertEquals } from "@std/assert";
import { SocketActivityKind } from "../../../mod.ts";

Deno.test("SocketActivityKind has the numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals(SocketActivityKind, {
    none: 0,
    streamSocketListener: 1,
    datagramSocket: 2,
    streamSocket: 3,
  });
});
