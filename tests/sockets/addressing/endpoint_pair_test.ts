import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { EndpointPair } from "../../../sockets/addressing/endpoint_pair.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";

/** What is neither a service name nor empty. */
const INVALID_SERVICES = [null, undefined, {}, [], true, 1n, NaN, -1, 1.5];

Deno.test("EndpointPair() keeps host names and service names", {
  permissions: "none",
}, () => {
  const local = new HostName("127.0.0.1");
  const remote = new HostName("db.example");
  const pair = new EndpointPair(local, "1336", remote, "postgresql");

  assertStrictEquals(pair.localHostName, local);
  assertEquals(pair.localServiceName, "1336");
  assertStrictEquals(pair.remoteHostName, remote);
  assertEquals(pair.remoteServiceName, "postgresql");
});

Deno.test("EndpointPair() takes strings for host names and numbers for ports", {
  permissions: "none",
}, () => {
  const pair = new EndpointPair("::1", 0, "DB.example", 5432);

  assertEquals(pair.localHostName?.canonicalName, "::1");
  assertEquals(pair.localServiceName, "0");
  assertEquals(pair.remoteHostName.rawName, "DB.example");
  assertEquals(pair.remoteServiceName, "5432");
});

Deno.test('EndpointPair() takes localHostName nullable, localServiceName ""', {
  permissions: "none",
}, () => {
  const pair = new EndpointPair(null, "", "::1", "http");

  assertEquals(pair.localHostName, null);
  assertEquals(pair.localServiceName, "");
});

Deno.test(
  'EndpointPair() throws E_INVALIDARG: localServiceName null fails; remoteHostName null fails; remoteServiceName null/"" fails',
  {
    permissions: "none",
  },
  () => {
    const calls: readonly (readonly [unknown[], string])[] = [
      [
        [null, null, "::1", "1"],
        "Cannot use null as the local service name: it must be a string or a port number",
      ],
      [
        [null, "", null, "1"],
        "Cannot use null as the remote host name: it must be a HostName or a string",
      ],
      [
        [null, "", "::1", null],
        "Cannot use null as the remote service name: it must be a string or a port number",
      ],
      [
        [null, "", "::1", ""],
        'Cannot use "" as the remote service name: it is empty',
      ],
      [
        [undefined, "", "::1", "1"],
        "Cannot use undefined as the local host name: it must be a HostName or a string",
      ],
      [
        [null, "", "", "1"],
        'Cannot use "" as a host name: it is empty',
      ],
      [
        ["", "", "::1", "1"],
        'Cannot use "" as a host name: it is empty',
      ],
      [
        [null, "65536", "::1", "1"],
        'Cannot use "65536" as a service name: a port is an integer from 0 to 65535',
      ],
    ];
    for (const [args, message] of calls) {
      const error = assertThrows(
        () => Reflect.construct(EndpointPair, args),
        ArgumentError,
      );
      assertEquals(error.message, message);
      assertEquals(error.hresult, HResult.E_INVALIDARG);
    }
  },
);

Deno.test(
  "EndpointPair() throws ArgumentError when a service name could never be one",
  {
    permissions: "none",
  },
  () => {
    for (const service of INVALID_SERVICES) {
      for (
        const args of [[null, service, "::1", 1], [null, "", "::1", service]]
      ) {
        assertThrows(
          () => Reflect.construct(EndpointPair, args),
          ArgumentError,
        );
      }
    }
  },
);

Deno.test("EndpointPair setters change the pair", {
  permissions: "none",
}, () => {
  const pair = new EndpointPair(null, "", "db.example", 5432);
  const host = new HostName("127.0.0.1");

  pair.localHostName = host;
  assertStrictEquals(pair.localHostName, host);
  pair.localHostName = "::1";
  assertEquals(pair.localHostName?.canonicalName, "::1");
  pair.localHostName = null;
  assertEquals(pair.localHostName, null);
  pair.localServiceName = 1336;
  assertEquals(pair.localServiceName, "1336");
  pair.localServiceName = "";
  assertEquals(pair.localServiceName, "");
  pair.remoteHostName = host;
  assertStrictEquals(pair.remoteHostName, host);
  pair.remoteHostName = "::1";
  assertEquals(pair.remoteHostName.canonicalName, "::1");
  pair.remoteServiceName = "http";
  assertEquals(pair.remoteServiceName, "http");
  pair.remoteServiceName = 80;
  assertEquals(pair.remoteServiceName, "80");
});

Deno.test(
  "EndpointPair setters throw ArgumentError by the same null rules and leave the pair as it was",
  {
    permissions: "none",
  },
  () => {
    const pair = new EndpointPair("127.0.0.1", 1336, "::1", 1337);
    const set = (property: keyof EndpointPair, value: unknown): void => {
      assertThrows(() => Reflect.set(pair, property, value), ArgumentError);
    };

    set("localHostName", undefined);
    set("localHostName", "a b");
    set("remoteHostName", null);
    set("remoteHostName", "");
    for (const service of INVALID_SERVICES) {
      set("localServiceName", service);
      set("remoteServiceName", service);
    }

    assertEquals(pair.localHostName?.canonicalName, "127.0.0.1");
    assertEquals(pair.localServiceName, "1336");
    assertEquals(pair.remoteHostName.canonicalName, "::1");
    assertEquals(pair.remoteServiceName, "1337");
  },
);

Deno.test(
  'EndpointPair.remoteServiceName can be set to "", with which connecting then fails',
  {
    permissions: "none",
  },
  () => {
    const pair = new EndpointPair(null, "", "::1", 1337);

    pair.remoteServiceName = "";

    assertEquals(pair.remoteServiceName, "");
  },
);
