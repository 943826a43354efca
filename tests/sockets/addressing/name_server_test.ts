import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { toDenoNameServer } from "../../../sockets/addressing/_name_server.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";

Deno.test(
  "toDenoNameServer() takes the address as string or HostName, the port being 53 by default",
  {
    permissions: "none",
  },
  () => {
    assertEquals(toDenoNameServer({ ipAddress: "127.0.0.1" }), {
      ipAddr: "127.0.0.1",
      port: 53,
    });
    assertEquals(
      toDenoNameServer({ ipAddress: new HostName("0::1"), port: 65535 }),
      { ipAddr: "::1", port: 65535 },
    );
  },
);

Deno.test(
  "toDenoNameServer() throws ArgumentError when the address is not an IP address without a zone",
  {
    permissions: "none",
  },
  () => {
    for (const ipAddress of ["ns.example", "fe80::1%eth0"]) {
      assertThrows(
        () => toDenoNameServer({ ipAddress }),
        ArgumentError,
        `Cannot use "${ipAddress}" as the address of a name server: ` +
          "it must be an IP address without a zone",
      );
    }
    assertThrows(() => toDenoNameServer({ ipAddress: "1.2.3" }), ArgumentError);
  },
);

Deno.test("toDenoNameServer() throws ArgumentError when the port is not one", {
  permissions: "none",
}, () => {
  for (const port of [0, -1, 65536, 1.5, NaN]) {
    assertThrows(
      () => toDenoNameServer({ ipAddress: "::1", port }),
      ArgumentError,
      `Cannot use ${port} as the port of a name server`,
    );
  }
});

Deno.test(
  "toDenoNameServer() throws ArgumentError when the value is of another shape",
  {
    permissions: "none",
  },
  () => {
    for (const value of [null, "127.0.0.1", {}, { ipAddress: 1 }]) {
      assertThrows(
        () => Reflect.apply(toDenoNameServer, undefined, [value]),
        ArgumentError,
      );
    }
  },
);
