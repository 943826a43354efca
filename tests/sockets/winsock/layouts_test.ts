import { assert, assertEquals } from "@std/assert";
import {
  DARWIN_LAYOUTS,
  LAYOUTS,
  layoutsOf,
  LINUX_LAYOUTS,
  WINDOWS_LAYOUTS,
} from "../../../sockets/winsock/_layouts.ts";
import { PLATFORM } from "../../../sockets/winsock/_platform.ts";

const PURE = { permissions: "none" } as const;

Deno.test("layoutsOf() has the structures of each platform", PURE, () => {
  assertEquals(layoutsOf("linux"), LINUX_LAYOUTS);
  assertEquals(layoutsOf("darwin"), DARWIN_LAYOUTS);
  assertEquals(layoutsOf("windows"), WINDOWS_LAYOUTS);
  assertEquals(LAYOUTS, layoutsOf(PLATFORM));
});

Deno.test(
  "layouts have each member inside of the structure, and once",
  PURE,
  () => {
    for (const layouts of [LINUX_LAYOUTS, DARWIN_LAYOUTS, WINDOWS_LAYOUTS]) {
      for (const [name, layout] of Object.entries(layouts)) {
        const { size, ...members }: Readonly<Record<string, number>> = layout;
        const offsets = Object.values(members);
        assert(size !== undefined && size > 0, name);
        assert(offsets.every((offset) => offset >= 0 && offset < size), name);
        assertEquals(new Set(offsets).size, offsets.length, name);
      }
    }
  },
);

Deno.test(
  "layouts of macOS and Windows are those of their headers",
  PURE,
  () => {
    const { sockaddr_in, sockaddr_in6, msghdr, addrinfo } = DARWIN_LAYOUTS;
    // `sys/socket.h`: `sa_len` comes first, and the family has one byte.
    assertEquals([sockaddr_in.sin_family, sockaddr_in6.sin6_family], [1, 1]);
    assertEquals([msghdr.size, msghdr.msg_flags], [48, 44]);
    // `netdb.h`: the name before the address.
    assertEquals([addrinfo.ai_canonname, addrinfo.ai_addr], [24, 32]);
    const { pollfd, linger, wsabuf } = WINDOWS_LAYOUTS;
    // `winsock2.h`: a SOCKET has 64 bits, the members of LINGER have 16.
    assertEquals([pollfd.size, pollfd.events, pollfd.revents], [16, 8, 10]);
    assertEquals([linger.size, linger.l_linger], [4, 2]);
    // `ws2def.h`: the length before the address.
    assertEquals([wsabuf.size, wsabuf.len, wsabuf.buf], [16, 0, 8]);
  },
);
