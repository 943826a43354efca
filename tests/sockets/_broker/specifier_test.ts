import { assertEquals } from "@std/assert";
import { specifierOf } from "../../../sockets/_broker/specifier.ts";

const PURE = { permissions: "none" } as const;

Deno.test("specifierOf() names modules of JSR by their subpath", PURE, () => {
  assertEquals(
    specifierOf(
      "https://jsr.io/@winrt/sockets/0.1.0/sockets/broker/broker_process.ts",
    ),
    "jsr:@winrt/sockets@0.1.0/broker-process",
  );
  assertEquals(
    specifierOf("https://jsr.io/@winrt/sockets/1.0.0-rc.1/mod.ts"),
    "jsr:@winrt/sockets@1.0.0-rc.1/mod",
  );
});

Deno.test("specifierOf() leaves other addresses alone", PURE, () => {
  for (
    const url of [
      "file:///srv/sockets/broker/broker_process.ts",
      "https://example.com/@winrt/sockets/0.1.0/broker_process.ts",
      "https://jsr.io/@winrt/sockets",
    ]
  ) {
    assertEquals(specifierOf(url), url);
  }
});
