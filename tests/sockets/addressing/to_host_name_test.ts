import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { toHostName } from "../../../sockets/addressing/_to_host_name.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";

Deno.test("toHostName() gives a HostName itself, and makes one of a string", {
  permissions: "none",
}, () => {
  const host = new HostName("a");

  assertStrictEquals(toHostName(host, "host"), host);
  assertEquals(toHostName("a", "host"), host);
});

Deno.test("toHostName() throws ArgumentError when the value is neither", {
  permissions: "none",
}, () => {
  for (const value of [null, undefined, 1, {}, { canonicalName: "a" }]) {
    assertThrows(
      () => Reflect.apply(toHostName, undefined, [value, "multicast group"]),
      ArgumentError,
      "as the multicast group: it must be a HostName or a string",
    );
  }
  assertThrows(() => toHostName("a b", "host"), ArgumentError, '"a b"');
});
