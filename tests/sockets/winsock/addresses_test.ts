import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  inet_ntop,
  inet_pton,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAGetLastError,
} from "../../../sockets/winsock/mod.ts";
import { assertFails } from "./_winsock.ts";

const PURE = { permissions: "none" } as const;

Deno.test("inet_pton() reads addresses of each family", PURE, () => {
  const bytes = new Uint8Array(16);
  assertEquals(inet_pton(AF_INET, "1.2.3.4", bytes), 1);
  assertEquals(bytes.subarray(0, 5), Uint8Array.of(1, 2, 3, 4, 0));
  assertEquals(inet_pton(AF_INET6, "::ffff:1.2.3.4", bytes), 1);
  assertEquals(bytes.subarray(8), Uint8Array.of(0, 0, 255, 255, 1, 2, 3, 4));
});

Deno.test("inet_pton() returns 0 for other text", PURE, () => {
  const bytes = new Uint8Array(16);
  for (
    const text of ["", "1.2.3", "1.2.3.256", "::1", "01.2.3.4", " 1.2.3.4"]
  ) {
    assertEquals(inet_pton(AF_INET, text, bytes), 0, text);
  }
  for (const text of ["", "1.2.3.4", "::1%1", ":::", "::g"]) {
    assertEquals(inet_pton(AF_INET6, text, bytes), 0, text);
  }
  assertEquals(bytes, new Uint8Array(16));
});

Deno.test(
  "inet_pton() fails for other families and for want of room",
  PURE,
  () => {
    const room = new Uint8Array(15);
    assertFails(inet_pton(AF_UNSPEC, "1.2.3.4", room), WSAEAFNOSUPPORT);
    assertFails(inet_pton(AF_INET6, "::1", room), WSAEFAULT);
  },
);

Deno.test(
  "inet_ntop() fails for other families and for want of bytes",
  PURE,
  () => {
    assertEquals(inet_ntop(AF_UNSPEC, new Uint8Array(4)), null);
    assertEquals(WSAGetLastError(), WSAEAFNOSUPPORT);
    assertEquals(inet_ntop(AF_INET, new Uint8Array(3)), null);
    assertEquals(WSAGetLastError(), WSAEFAULT);
  },
);

Deno.test("inet_ntop() writes what inet_pton() reads", PURE, () => {
  for (const [family, size] of [[AF_INET, 4], [AF_INET6, 16]] as const) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: 20 }), (raw) => {
        const text = inet_ntop(family, raw);
        assert(text !== null);
        const bytes = new Uint8Array(size);
        assertEquals(inet_pton(family, text, bytes), 1);
        assertEquals(bytes, new Uint8Array(raw.subarray(0, size)));
      }),
    );
  }
});
