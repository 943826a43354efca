import { assertEquals } from "@std/assert";
import { HostNameSortOptions } from "../../../sockets/addressing/host_name_sort_options.ts";

Deno.test("HostNameSortOptions has the numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals(HostNameSortOptions, { none: 0, optimizeForLongConnections: 2 });
});
