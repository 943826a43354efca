import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeSockAddr,
  encodeSockAddr,
  toGrantedAddress,
} from "../../../sockets/winsock/_sock_addr.ts";
import { valueOf } from "../../../sockets/winsock/_constant_table.ts";
import { WSAEAFNOSUPPORT, WSAEINVAL } from "../../../sockets/winsock/mod.ts";

const PURE = { permissions: "none" } as const;
const PLATFORMS = ["linux", "darwin", "windows"] as const;

/** The bytes of an address, in hexadecimal. */
function hex(raw: Uint8Array<ArrayBuffer> | number): string {
  assert(typeof raw !== "number");
  return raw.toHex();
}

Deno.test("encodeSockAddr() has the bytes of each platform", PURE, () => {
  const heads = {
    linux: ["0200", "0a00"],
    darwin: ["1002", "1c1e"],
    windows: ["0200", "1700"],
  };
  for (const platform of PLATFORMS) {
    const [inet, inet6] = heads[platform];
    const family = valueOf("AF_INET", platform);
    const name = { family, address: "127.0.0.1", port: 0x1234 };
    assertEquals(
      hex(encodeSockAddr(name, platform)),
      `${inet}12347f0000010000000000000000`,
    );
    const name6 = {
      family: valueOf("AF_INET6", platform),
      address: "fe80::1",
      port: 80,
      flowInfo: 0x01020304,
      scopeId: 3,
    };
    assertEquals(
      hex(encodeSockAddr(name6, platform)),
      `${inet6}005001020304fe8000000000000000000000000000010300`.padEnd(
        56,
        "0",
      ),
    );
  }
});

Deno.test("encodeSockAddr() refuses what is no address", PURE, () => {
  const family = valueOf("AF_INET");
  const name = { family, address: "127.0.0.1", port: 1 };
  assertEquals(encodeSockAddr({ ...name, family: 1 }), WSAEAFNOSUPPORT);
  for (const address of ["::1", "", "localhost", "127.1"]) {
    assertEquals(encodeSockAddr({ ...name, address }), WSAEINVAL, address);
  }
  for (const port of [-1, 65_536, 1.5, NaN]) {
    assertEquals(encodeSockAddr({ ...name, port }), WSAEINVAL, `${port}`);
  }
});

Deno.test("decodeSockAddr() fills the object that it is given", PURE, () => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(
      fc.constantFrom(...PLATFORMS),
      fc.ipV4(),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.integer({ min: 0, max: 65_535 }),
      u32,
      u32,
      (platform, address, bytes, port, flowInfo, scopeId) => {
        const name = { family: 0, address: "", port: 0, scopeId: 5 };
        const inet = { family: valueOf("AF_INET", platform), address, port };
        const raw = encodeSockAddr(inet, platform);
        assert(typeof raw !== "number");
        decodeSockAddr(raw, name, platform);
        assertEquals<unknown>(name, inet);

        const family = valueOf("AF_INET6", platform);
        const groups = Array.from(
          { length: 8 },
          (_, i) =>
            ((bytes[2 * i] ?? 0) << 8 | (bytes[2 * i + 1] ?? 0)).toString(16),
        );
        const inet6 = {
          ...{ family, address: groups.join(":"), port },
          ...{ flowInfo, scopeId },
        };
        const raw6 = encodeSockAddr(inet6, platform);
        assert(typeof raw6 !== "number");
        decodeSockAddr(raw6, name, platform);
        assertEquals(
          encodeSockAddr(name, platform),
          raw6,
        );
        assertEquals<unknown>(
          { ...name, address: "" },
          { ...inet6, address: "" },
        );
      },
    ),
  );
});

Deno.test(
  "toGrantedAddress() names the host that an address reaches",
  PURE,
  () => {
    const family = valueOf("AF_INET6");
    for (
      const [address, hostname] of [
        ["::1", "::1"],
        ["0:0::1", "::1"],
        ["::ffff:127.0.0.1", "127.0.0.1"],
        ["::FFFF:7f00:1", "127.0.0.1"],
      ] as const
    ) {
      const raw = encodeSockAddr({ family, address, port: 1 });
      assert(typeof raw !== "number");
      assertEquals(toGrantedAddress(raw), { hostname, port: 1 });
    }
  },
);
