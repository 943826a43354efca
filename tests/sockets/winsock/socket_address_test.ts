import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  AF_INET,
  AF_INET6,
  decodeAddress,
  encodeAddress,
  isSameAddress,
} from "../../../sockets/winsock/_socket_address.ts";

const PURE = { permissions: "none" } as const;

Deno.test("encodeAddress() gives the bytes of ip(7) and ipv6(7)", PURE, () => {
  assertEquals(
    [...encodeAddress({ hostname: "127.0.0.1", port: 258 }, AF_INET)],
    [2, 0, 1, 2, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  const mapped = encodeAddress({ hostname: "1.2.3.4", port: 1 }, AF_INET6);
  assertEquals([...mapped.subarray(8, 24)], [
    ...Array(10).fill(0),
    ...[255, 255, 1, 2, 3, 4],
  ]);
  const zoned = encodeAddress({ hostname: "fe80::1%7", port: 1 }, AF_INET6);
  assertEquals([...zoned.subarray(24)], [7, 0, 0, 0]);
});

Deno.test(
  "encodeAddress() refuses what is no address of the family",
  PURE,
  () => {
    for (const hostname of ["::1", "localhost", "", "1.2.3"]) {
      assertThrows(
        () => encodeAddress({ hostname, port: 1 }, AF_INET),
        TypeError,
        `"${hostname}"`,
      );
    }
    assertThrows(
      () => encodeAddress({ hostname: "nope", port: 1 }, AF_INET6),
      TypeError,
      '"nope"',
    );
  },
);

Deno.test("decodeAddress() gives what encodeAddress() was given", PURE, () => {
  const port = fc.integer({ min: 0, max: 65535 });
  fc.assert(
    fc.property(fc.ipV4(), port, (hostname, port) => {
      for (const family of [AF_INET, AF_INET6] as const) {
        const raw = encodeAddress({ hostname, port }, family);
        assertEquals(decodeAddress(raw), { hostname, port });
        assertEquals(isSameAddress(raw, { hostname, port }), true);
      }
    }),
  );
  for (
    const hostname of ["::", "::1", "2001:db8::5", "fe80::1%3", "ff02::fb"]
  ) {
    const raw = encodeAddress({ hostname, port: 5 }, AF_INET6);
    assertEquals(decodeAddress(raw), { hostname, port: 5 });
    assertEquals(isSameAddress(raw, { hostname, port: 5 }), true);
    assertEquals(isSameAddress(raw, { hostname, port: 6 }), false);
  }
});
