import { assertEquals } from "@std/assert";
import {
  type ConstantName,
  CONSTANTS,
  valueOf,
} from "../../../sockets/winsock/_constant_table.ts";
import * as constants from "../../../sockets/winsock/constants.ts";
import { toPlatform } from "../../../sockets/winsock/_platform.ts";

const PURE = { permissions: "none" } as const;

/** Whether a text is the name of a row of the table. */
function isName(text: string): text is ConstantName {
  return text in CONSTANTS;
}

Deno.test("toPlatform() takes what is no other for Linux", PURE, () => {
  assertEquals(toPlatform("linux"), "linux");
  assertEquals(toPlatform("darwin"), "darwin");
  assertEquals(toPlatform("windows"), "windows");
  assertEquals(toPlatform("freebsd"), "linux");
});

Deno.test("valueOf() has a column for each platform", PURE, () => {
  assertEquals(valueOf("AF_INET6", "linux"), 10);
  assertEquals(valueOf("AF_INET6", "darwin"), 30);
  assertEquals(valueOf("AF_INET6", "windows"), 23);
});

Deno.test("constants are the table, and those of Winsock alone", PURE, () => {
  const own = new Set<string>();
  for (const [name, value] of Object.entries(constants)) {
    if (isName(name)) assertEquals(value, valueOf(name), name);
    else own.add(name);
  }
  const names: readonly string[] = Object.keys(constants);
  assertEquals(Object.keys(CONSTANTS).filter((n) => !names.includes(n)), []);
  assertEquals([...own].sort(), [
    "INADDR_ANY",
    "INADDR_BROADCAST",
    "INADDR_LOOPBACK",
    "INADDR_NONE",
    "INVALID_SOCKET",
    "SOCKET_ERROR",
  ]);
});

Deno.test("events and flags of each platform are different bits", PURE, () => {
  for (const platform of ["linux", "darwin", "windows"] as const) {
    for (
      const names of [
        ["POLLIN", "POLLPRI", "POLLOUT", "POLLERR", "POLLHUP", "POLLNVAL"],
        ["MSG_OOB", "MSG_PEEK", "MSG_DONTROUTE", "MSG_WAITALL", "MSG_TRUNC"],
        ["AI_PASSIVE", "AI_CANONNAME", "AI_NUMERICHOST", "AI_NUMERICSERV"],
        ["NI_NUMERICHOST", "NI_NUMERICSERV", "NI_NOFQDN", "NI_NAMEREQD"],
      ] as const
    ) {
      const values = names.map((name) => valueOf(name, platform));
      const sum = values.reduce((all, value) => all + value);
      const union = values.reduce((all, value) => all | value);
      assertEquals(sum, union, `${platform}: ${names}`);
    }
  }
});
