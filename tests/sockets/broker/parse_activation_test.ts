import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { parseActivation } from "../../../sockets/broker/_parse_activation.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "parseActivation() numbers the descriptors from 3, with their names",
  PURE,
  () => {
    assertEquals(parseActivation("12", "3", "web:admin", 12), [
      { descriptor: 3, name: "web" },
      { descriptor: 4, name: "admin" },
      { descriptor: 5, name: "unknown" },
    ]);
    for (const names of [undefined, ""]) {
      assertEquals(parseActivation("12", "1", names, 12), [
        { descriptor: 3, name: "unknown" },
      ]);
    }
    assertEquals(parseActivation("12", "0", "", 12), []);
  },
);

Deno.test(
  "parseActivation() gives none that are for another process",
  PURE,
  () => {
    assertEquals(parseActivation("12", "1", "web", 13), []);
    assertEquals(parseActivation("", "1", "web", 13), []);
  },
);

Deno.test(
  "parseActivation() throws for a count that makes no sense",
  PURE,
  () => {
    for (const count of ["", "-1", "1.5", "many", "99999999"]) {
      assertThrows(
        () => parseActivation("12", count, "", 12),
        ArgumentError,
        `"${count}"`,
      );
    }
  },
);
