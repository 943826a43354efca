import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  htonl,
  htonll,
  htons,
  ntohl,
  ntohll,
  ntohs,
} from "../../../sockets/winsock/mod.ts";

const PURE = { permissions: "none" } as const;

Deno.test("htons(), htonl() and htonll() turn the bytes around", PURE, () => {
  assertEquals(htons(0x0102), 0x0201);
  assertEquals(htonl(0x01020304), 0x04030201);
  assertEquals(htonl(0x000000ff), 0xff000000);
  assertEquals(htonll(0x01020304_05060708n), 0x08070605_04030201n);
  assertEquals(htonll(0xffn), 0xff000000_00000000n);
});

Deno.test("htons() and its like have the bytes of the network", PURE, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setUint32(0, htonl(value), true);
      assertEquals(view.getUint32(0), value);
      view.setUint16(0, htons(value & 0xffff), true);
      assertEquals(view.getUint16(0), value & 0xffff);
      assertEquals(ntohl(htonl(value)), value);
      assertEquals(ntohs(htons(value & 0xffff)), value & 0xffff);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, htonll(value), true);
      assertEquals(view.getBigUint64(0), value);
      assertEquals(ntohll(htonll(value)), value);
    }),
  );
});
