import { assertEquals } from "@std/assert";
import { HostNameType } from "../../../sockets/addressing/host_name_type.ts";

Deno.test("HostNameType has the numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals(HostNameType, {
    domainName: 0,
    ipv4: 1,
    ipv6: 2,
    bluetooth: 3,
  });
});
