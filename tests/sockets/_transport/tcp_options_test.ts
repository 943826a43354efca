import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  type TcpOptions,
  tcpSettings,
} from "../../../sockets/_transport/tcp_options.ts";

/** What is to be set, by its name in errors. */
function valuesOf(options: TcpOptions): Record<string, number> {
  return Object.fromEntries(
    tcpSettings(options).map(({ name, value }) => [name, value]),
  );
}

Deno.test("tcpSettings() sets nothing that was not asked for", {
  permissions: "none",
}, () => {
  assertEquals(tcpSettings({}), []);
  assertEquals(valuesOf({ userTimeout: 7 }), { "user timeout": 7 });
});

Deno.test("tcpSettings() gives each option to the system as it was asked for", {
  permissions: "none",
}, () => {
  const options = {
    keepAliveTime: 60_000,
    keepAliveInterval: 5_000,
    keepAliveCount: 3,
    userTimeout: 1_500,
    unsentLowWaterMark: 16_384,
  };
  assertEquals(
    tcpSettings(options).map(({ option: { level, name }, value }) => [
      level,
      name,
      value,
    ]),
    // Linux, `linux/tcp.h`.
    [[6, 4, 60], [6, 5, 5], [6, 6, 3], [6, 18, 1_500], [6, 25, 16_384]],
  );
});

Deno.test(
  "tcpSettings() rounds parts of a second up, so that no time gets shorter",
  {
    permissions: "none",
  },
  () => {
    const assertRounds = (milliseconds: number, seconds: number): void => {
      const keepAliveTime = milliseconds;
      const keepAliveInterval = milliseconds;
      assertEquals(valuesOf({ keepAliveTime, keepAliveInterval }), {
        "keep-alive time in seconds": seconds,
        "keep-alive interval in seconds": seconds,
      });
    };
    assertRounds(1, 1);
    assertRounds(1_000, 1);
    assertRounds(1_001, 2);
    assertRounds(32_767_000, 32_767);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 32_766 }),
        fc.integer({ min: 1, max: 1_000 }),
        (seconds, rest) => assertRounds(1_000 * seconds + rest, seconds + 1),
      ),
    );
  },
);
