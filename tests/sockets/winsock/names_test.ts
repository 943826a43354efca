import { assert, assertEquals, assertRejects } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { unlessAborted } from "../../../sockets/winsock/_waiting.ts";
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_PASSIVE,
  getaddrinfo,
  getaddrinfoAsync,
  gethostname,
  getnameinfo,
  getnameinfoAsync,
  IPPROTO_TCP,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_STREAM,
  WSAEACCES,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINVAL,
  WSAESOCKTNOSUPPORT,
  WSAGetLastError,
  WSAHOST_NOT_FOUND,
  WSANOTINITIALISED,
  WSATYPE_NOT_FOUND,
} from "../../../sockets/winsock/mod.ts";
import {
  assertAborts,
  assertAbortsEarly,
  assertFails,
  assertFailsLater,
  ignore,
  loopback,
  Started,
} from "./_winsock.ts";

const BY_NAME = {
  ignore,
  permissions: { ffi: true, net: ["localhost", "127.0.0.1"] },
} satisfies Omit<Deno.TestDefinition, "name" | "fn">;

const NUMERIC = NI_NUMERICHOST | NI_NUMERICSERV;

function noInfo(): AddrInfo {
  const addr = { family: 0, address: "", port: 0 };
  const flags = 0;
  const family = 0;
  const canonname = null;
  return { flags, family, socktype: 0, protocol: 0, canonname, addr };
}

/** Asserts what both calls fail with. */
async function assertNotFound(
  args: Parameters<typeof getaddrinfo>,
  code: number,
): Promise<void> {
  assertEquals(getaddrinfo(...args), code);
  assertEquals(WSAGetLastError(), code);
  await assertFailsLater(() => getaddrinfoAsync(...args), code);
}

Deno.test(
  "getaddrinfo() puts what it finds in the place of what was",
  BY_NAME,
  async () => {
    using _ = new Started();
    const hints = { family: AF_INET, socktype: SOCK_STREAM };
    const expected = [{
      flags: 0,
      family: AF_INET,
      socktype: SOCK_STREAM,
      protocol: IPPROTO_TCP,
      canonname: null,
      addr: loopback(443),
    }];
    for (const name of ["localhost", "127.0.0.1"]) {
      const result = [noInfo(), noInfo()];
      assertEquals(getaddrinfo(name, "443", hints, result), 0);
      assertEquals(result, expected);
      const later = [noInfo(), noInfo()];
      assertEquals(await getaddrinfoAsync(name, "443", hints, later), 0);
      assertEquals(later, expected);
    }
  },
);

Deno.test(
  "getaddrinfo() finds all kinds of addresses without hints",
  BY_NAME,
  () => {
    using _ = new Started();
    const result: AddrInfo[] = [];
    assertEquals(getaddrinfo("fe80::1%1", null, null, result), 0);
    assertEquals(result[0]?.addr, {
      family: AF_INET6,
      address: "fe80::1",
      port: 0,
      flowInfo: 0,
      scopeId: 1,
    });
    assert(result.length > 1);
    const hints = { flags: AI_PASSIVE, family: AF_INET };
    assertEquals(getaddrinfo(null, "80", hints, result), 0);
    assertEquals(result[0]?.addr, {
      family: AF_INET,
      address: "0.0.0.0",
      port: 80,
    });
  },
);

Deno.test("getaddrinfo() tells the canonical name when asked", BY_NAME, () => {
  using _ = new Started();
  const hints = { flags: AI_CANONNAME, family: AF_INET };
  const result: AddrInfo[] = [];
  assertEquals(getaddrinfo("127.0.0.1", null, hints, result), 0);
  assertEquals(result[0]?.canonname, "127.0.0.1");
});

Deno.test("getaddrinfo() fails with what is wrong", BY_NAME, async () => {
  await assertNotFound(["localhost", null, null, []], WSANOTINITIALISED);
  using _ = new Started();
  const numeric = { flags: AI_NUMERICHOST };
  const result = [noInfo()];
  await assertNotFound(["localhost", "1", numeric, result], WSAHOST_NOT_FOUND);
  await assertNotFound([null, null, null, result], WSAHOST_NOT_FOUND);
  await assertNotFound(["local\0host", "1", null, result], WSAEINVAL);
  const family = { family: 99 };
  await assertNotFound(["127.0.0.1", "1", family, result], WSAEAFNOSUPPORT);
  const type = { socktype: 99 };
  await assertNotFound(["127.0.0.1", "1", type, result], WSAESOCKTNOSUPPORT);
  const stream = { socktype: SOCK_STREAM };
  await assertNotFound(
    ["127.0.0.1", "nosuchservice", stream, result],
    WSATYPE_NOT_FOUND,
  );
  assertEquals(result, [noInfo()]);
  await assertRejects(
    () => getaddrinfoAsync("localhost", "x", numeric, []),
    SocketError,
    'Cannot look up "localhost:x": ',
  );
});

Deno.test(
  "getaddrinfo() asks for the permission of a name, not of an address",
  {
    ...BY_NAME,
    permissions: { ffi: true, net: false },
  },
  async () => {
    using _ = new Started();
    await assertNotFound(["localhost", null, null, []], WSAEACCES);
    await assertNotFound(["127.1", null, null, []], WSAEACCES);
    for (const address of ["127.0.0.1", "::1", "fe80::1%1"]) {
      assertEquals(getaddrinfo(address, null, null, []), 0);
    }
  },
);

Deno.test(
  "getaddrinfoAsync() leaves its result alone when aborted",
  BY_NAME,
  async () => {
    using _ = new Started();
    const result = [noInfo()];
    await assertAbortsEarly((options) =>
      getaddrinfoAsync("127.0.0.1", null, null, result, options)
    );
    assertEquals(result, [noInfo()]);
  },
);

Deno.test(
  "getnameinfo() tells names, and numbers when asked",
  BY_NAME,
  async () => {
    using _ = new Started();
    const sa = loopback(443);
    const [result, later] = [{ host: "", service: "" }, {
      host: "",
      service: "",
    }];
    assertEquals(getnameinfo(sa, result, NUMERIC), 0);
    assertEquals(result, { host: "127.0.0.1", service: "443" });
    assertEquals(await getnameinfoAsync(sa, later, NUMERIC | NI_DGRAM), 0);
    assertEquals(later, result);
    assertEquals(getnameinfo({ ...sa, port: 443 }, result, NI_NUMERICSERV), 0);
    assert(result.host.length > 0);
  },
);

Deno.test("getnameinfo() fails with what is wrong", {
  ...BY_NAME,
  permissions: { ffi: true, net: ["192.0.2.1:0"] },
}, async () => {
  const result = { host: "", service: "" };
  const sa = loopback();
  assertEquals(getnameinfo(sa, result, NUMERIC), WSANOTINITIALISED);
  await assertFailsLater(
    () => getnameinfoAsync(sa, result, NUMERIC),
    WSANOTINITIALISED,
  );
  using _ = new Started();
  const bad = { ...sa, address: "localhost" };
  for (
    const [address, flags, code] of [
      [sa, 0, WSAEACCES],
      [bad, 0, WSAEINVAL],
      [sa, NI_NUMERICHOST | NI_NAMEREQD, WSAHOST_NOT_FOUND],
      [sa, NI_NUMERICHOST | 0x10000, WSAEINVAL],
    ] as const
  ) {
    assertEquals(getnameinfo(address, result, flags), code);
    await assertFailsLater(
      () => getnameinfoAsync(address, result, flags),
      code,
    );
  }
  assertEquals(result, { host: "", service: "" });
});

Deno.test(
  "getnameinfoAsync() leaves its result alone when aborted",
  BY_NAME,
  async () => {
    using _ = new Started();
    const result = { host: "", service: "" };
    await assertAbortsEarly((options) =>
      getnameinfoAsync(loopback(), result, NUMERIC, options)
    );
    await assertAborts((options) =>
      getnameinfoAsync(loopback(), result, NI_NUMERICSERV, options)
    );
    assertEquals(result, { host: "", service: "" });
  },
);

Deno.test("unlessAborted() has the result if nobody is faster", {
  permissions: "none",
}, async () => {
  const controller = new AbortController();
  const { signal } = controller;
  assertEquals(await unlessAborted(Promise.resolve(1), { signal }), 1);
  assertEquals(await unlessAborted(Promise.resolve(2), {}), 2);
  const { promise, resolve } = Promise.withResolvers<number>();
  const result = unlessAborted(promise, { signal });
  const reason = new Error("Enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => result, Error), reason);
  resolve(3);
});

Deno.test("gethostname() tells the name of the machine", {
  ignore,
  permissions: { ffi: true, sys: ["hostname"] },
}, () => {
  const name = new Uint8Array(256);
  assertFails(gethostname(name), WSANOTINITIALISED);
  using _ = new Started();
  assertEquals(gethostname(name), 0);
  const text = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
  assertEquals(text, Deno.hostname());
  assertFails(gethostname(new Uint8Array(1)), WSAEFAULT);
  assertFails(gethostname(new Uint8Array(0)), WSAEFAULT);
});

Deno.test("getaddrinfo() has no permission for what is no name", {
  ...BY_NAME,
  permissions: { ffi: true, net: ["127.0.0.1"] },
}, async () => {
  using _ = new Started();
  for (const name of ["", "foo bar", "\u00fc.invalid", "a".repeat(300)]) {
    await assertNotFound([name, null, null, []], WSAEACCES);
  }
});
