import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import {
  getEndpointPairs,
  resolveAddresses,
  resolveService,
  type ServiceTarget,
} from "../../../sockets/addressing/_resolver.ts";
import type { EndpointPair } from "../../../sockets/addressing/endpoint_pair.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";
import { HostNameSortOptions } from "../../../sockets/addressing/host_name_sort_options.ts";
import type { NameServer } from "../../../sockets/addressing/name_server.ts";
import { type DnsServer, startDnsServer } from "./_dns_server.ts";

const DB = new HostName("DB.example");
/** What the tests with a name server of their own may do. */
const permissions = { net: ["127.0.0.1"] };

function nameServerOf({ port }: DnsServer): NameServer {
  return { ipAddress: "127.0.0.1", port };
}

function namesOf(targets: readonly ServiceTarget[]): string[] {
  return targets.map(({ host, port }) => `${host.rawName}:${port}`);
}

function endpointsOf(pairs: readonly EndpointPair[]): string[] {
  return pairs.map(({ remoteHostName, remoteServiceName }) =>
    `${remoteHostName.canonicalName} ${remoteServiceName}`
  );
}

async function assertNoData(
  promise: Promise<unknown>,
  message: string,
): Promise<SocketError> {
  const error = await assertRejects(() => promise, SocketError);
  assertEquals(error.message, message);
  assertEquals(error.hresult, HResult.WSANO_DATA);
  assertEquals(error.status, SocketErrorStatus.noDataRecordOfRequestedType);
  return error;
}

Deno.test(
  "resolveService() gives the host itself when the service is a port or a registered name",
  {
    permissions: "none",
  },
  async () => {
    const services: readonly (readonly [string | number, number])[] = [
      [1337, 1337],
      ["1337", 1337],
      ["http", 80],
      ["WWW", 80],
      ["redis", 6379],
    ];
    for (const [service, port] of services) {
      const targets = await resolveService(DB, service, { protocol: "tcp" });
      assertEquals(targets.length, 1);
      assertStrictEquals(targets[0]?.host, DB);
      assertEquals(targets[0]?.port, port);
    }
    const [ntp] = await resolveService(DB, "ntp", { protocol: "udp" });
    assertEquals(ntp?.port, 123);
  },
);

Deno.test(
  "resolveService() throws ArgumentError when the service is neither a port nor a name",
  {
    permissions: "none",
  },
  async () => {
    for (const service of ["", "65536", "a b", -1]) {
      await assertRejects(
        () => resolveService(DB, service, { protocol: "tcp" }),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  "resolveService() asks for the SRV records _svc._tcp.host otherwise",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_db._tcp.db.example": {
        SRV: [
          { priority: 2, weight: 0, port: 5433, target: "b.example" },
          { priority: 1, weight: 0, port: 5432, target: "A.example" },
        ],
      },
    });

    const targets = await resolveService(DB, "db", {
      protocol: "tcp",
      nameServer: nameServerOf(server),
    });

    assertEquals(namesOf(targets), ["A.example:5432", "b.example:5433"]);
    assertEquals(server.questions, ["SRV _db._tcp.db.example"]);
  },
);

Deno.test(
  'resolveService() asks for "stun._service01" → _stun._service01._udp.host',
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_stun._service01._udp.db.example": {
        SRV: [{ priority: 0, weight: 0, port: 3478, target: "stun.example" }],
      },
    });

    const targets = await resolveService(DB, "stun._service01", {
      protocol: "udp",
      nameServer: nameServerOf(server),
    });

    assertEquals(namesOf(targets), ["stun.example:3478"]);
  },
);

Deno.test(
  "resolveService() asks for SRV records when the name is registered for the other protocol",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_tftp._tcp.db.example": {
        SRV: [{ priority: 0, weight: 0, port: 69, target: "a.example" }],
      },
    });

    const targets = await resolveService(DB, "tftp", {
      protocol: "tcp",
      nameServer: nameServerOf(server),
    });

    assertEquals(namesOf(targets), ["a.example:69"]);
  },
);

Deno.test(
  "resolveService() throws noDataRecordOfRequestedType when there is no SRV record",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_empty._tcp.db.example": {},
      "_other._tcp.db.example": { A: ["127.0.0.1"] },
    });
    const options = {
      protocol: "tcp",
      nameServer: nameServerOf(server),
    } as const;

    for (const service of ["empty", "other", "nxdomain"]) {
      const error = await assertNoData(
        resolveService(DB, service, options),
        `Cannot find the service "${service}" of "DB.example": no record of the requested type`,
      );
      assertInstanceOf(error.cause, Deno.errors.NotFound);
    }
  },
);

Deno.test(
  'resolveService() throws noDataRecordOfRequestedType when the target is "."',
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_db._tcp.db.example": {
        SRV: [{ priority: 0, weight: 0, port: 0, target: "." }],
      },
    });

    await assertNoData(
      resolveService(DB, "db", {
        protocol: "tcp",
        nameServer: nameServerOf(server),
      }),
      'Cannot find the service "db" of "DB.example": its SRV records name no server',
    );
  },
);

Deno.test("resolveService() passes over targets that are no host names", {
  permissions,
}, async () => {
  await using server = await startDnsServer({
    "_db._tcp.db.example": {
      SRV: [
        { priority: 0, weight: 0, port: 1, target: "a b.example" },
        { priority: 1, weight: 0, port: 2, target: "-.example" },
        { priority: 2, weight: 0, port: 3, target: "good.example" },
      ],
    },
  });

  const targets = await resolveService(DB, "db", {
    protocol: "tcp",
    nameServer: nameServerOf(server),
  });

  assertEquals(namesOf(targets), ["good.example:3"]);
});

Deno.test(
  "resolveService() throws classTypeNotFound when the host is an IP address and the service has no port",
  {
    permissions: "none",
  },
  async () => {
    for (const host of ["127.0.0.1", "::1"]) {
      const error = await assertRejects(
        () => resolveService(new HostName(host), "db", { protocol: "tcp" }),
        SocketError,
      );
      assertEquals(
        error.message,
        `Cannot find the service "db" of "${host}": no tcp port is registered ` +
          "for it, and an IP address has no SRV records; use a port number",
      );
      assertEquals(error.status, SocketErrorStatus.classTypeNotFound);
    }
  },
);

Deno.test(
  "resolveService() throws ArgumentError when the SRV name would be too long",
  {
    permissions: "none",
  },
  async () => {
    const host = new HostName(Array<string>(126).fill("a").join("."));

    await assertRejects(
      () => resolveService(host, "db", { protocol: "tcp" }),
      ArgumentError,
      "longer than 253 characters",
    );
  },
);

Deno.test(
  "resolveService() rejects with the reason of the signal when it is aborted",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({ "_db._tcp.db.example": null });
    const controller = new AbortController();
    const reason = new Error("Enough");
    const options = {
      protocol: "tcp",
      nameServer: nameServerOf(server),
      signal: controller.signal,
    } as const;

    const asked = server.nextQuestion();
    const pending = resolveService(DB, "db", options);
    await asked;
    controller.abort(reason);

    assertStrictEquals(await assertRejects(() => pending), reason);
    const again = await assertRejects(() => resolveService(DB, 80, options));
    assertStrictEquals(again, reason);
    assertEquals(server.questions.length, 1);
  },
);

Deno.test(
  "resolveService() throws NotCapable when the name server is not permitted",
  {
    permissions: "none",
  },
  async () => {
    await assertRejects(
      () =>
        resolveService(DB, "db", {
          protocol: "tcp",
          nameServer: { ipAddress: "127.0.0.1" },
        }),
      Deno.errors.NotCapable,
      "127.0.0.1:53",
    );
  },
);

Deno.test("resolveAddresses() gives an IP address itself", {
  permissions: "none",
}, async () => {
  for (const text of ["127.0.0.1", "::1", "fe80::1%eth0"]) {
    const host = new HostName(text);
    const addresses = await resolveAddresses(host, {
      nameServer: { ipAddress: "127.0.0.1" },
    });
    assertEquals(addresses.length, 1);
    assertStrictEquals(addresses[0], host);
  }
});

Deno.test(
  'resolveAddresses() gives for "localhost" all loopback addresses that the system has for it',
  {
    permissions: { net: ["localhost"] },
  },
  async () => {
    const addresses = await resolveAddresses(new HostName("LOCALHOST."), {});

    const names = addresses.map(({ canonicalName }) => canonicalName);
    assert(names.length > 0);
    assertEquals(names.length, new Set(names).size);
    for (const name of names) assert(/^(127\.\d+\.\d+\.\d+|::1)$/.test(name));
  },
);

Deno.test(
  "resolveAddresses() throws NotCapable when the name is not permitted",
  {
    permissions: { net: ["127.0.0.1", "localhost:80"] },
  },
  async () => {
    await assertRejects(
      () => resolveAddresses(new HostName("localhost"), {}),
      Deno.errors.NotCapable,
      'Requires net access to "localhost"',
    );
  },
);

Deno.test(
  "resolveAddresses() asks the name server for both families, and takes these in turn",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "db.example": {
        A: ["127.0.0.2", "127.0.0.3"],
        AAAA: ["::2", "fd00:1::3"],
      },
      "v4.example": { A: ["127.0.0.4"] },
      "v6.example": { AAAA: ["::6"] },
    });
    const options = { nameServer: nameServerOf(server) };
    const resolve = async (name: string): Promise<string[]> =>
      (await resolveAddresses(new HostName(name), options))
        .map(({ canonicalName }) => canonicalName);

    assertEquals(await resolve("DB.example."), [
      "::2",
      "127.0.0.2",
      "fd00:1::3",
      "127.0.0.3",
    ]);
    assertEquals(await resolve("v4.example"), ["127.0.0.4"]);
    assertEquals(await resolve("v6.example"), ["::6"]);
    assertEquals(server.questions.slice(0, 2).sort(), [
      "A db.example",
      "AAAA db.example",
    ]);
  },
);

Deno.test(
  "resolveAddresses() throws noDataRecordOfRequestedType when the name server knows no address",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({ "empty.example": {} });
    const options = { nameServer: nameServerOf(server) };

    for (const name of ["empty.example", "nxdomain.example"]) {
      await assertNoData(
        resolveAddresses(new HostName(name), options),
        `Cannot resolve "${name}": no record of the requested type`,
      );
    }
  },
);

Deno.test(
  "resolveAddresses() rejects with the reason of the signal when it is aborted",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({ "db.example": null });
    const controller = new AbortController();
    const reason = new Error("Enough");
    const options = {
      nameServer: nameServerOf(server),
      signal: controller.signal,
    };

    const asked = server.nextQuestion();
    const pending = resolveAddresses(DB, options);
    await asked;
    controller.abort(reason);

    assertStrictEquals(await assertRejects(() => pending), reason);
  },
);

Deno.test(
  "resolveAddresses() rejects with the reason of the signal when it was aborted before",
  {
    permissions: { net: ["localhost"] },
  },
  async () => {
    const reason = new Error("Enough");
    const signal = AbortSignal.abort(reason);

    for (const name of ["localhost", "::1"]) {
      const error = await assertRejects(() =>
        resolveAddresses(new HostName(name), { signal })
      );
      assertStrictEquals(error, reason);
    }
  },
);

Deno.test("resolveAddresses() leaves the signal alone when it is not aborted", {
  permissions: { net: ["localhost"] },
}, async () => {
  const { signal } = new AbortController();

  const addresses = await resolveAddresses(new HostName("localhost"), {
    signal,
  });

  assert(addresses.length > 0);
});

Deno.test(
  "resolveAddresses() throws ArgumentError when the name server is not one",
  {
    permissions: "none",
  },
  async () => {
    const values: unknown[] = [null, "127.0.0.1", { ipAddress: "ns.example" }];
    for (const nameServer of values) {
      await assertRejects(
        () =>
          Reflect.apply(resolveAddresses, undefined, [
            new HostName("::1"),
            { nameServer },
          ]),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  "getEndpointPairs() gives one pair, its local parts being those of the system, when the host is an IP address",
  {
    permissions: "none",
  },
  async () => {
    const host = new HostName("::1");

    const pairs = await getEndpointPairs(host, "http", { protocol: "tcp" });

    assertEquals(pairs.length, 1);
    assertStrictEquals(pairs[0]?.remoteHostName, host);
    assertEquals(pairs[0]?.remoteServiceName, "80");
    assertEquals(pairs[0]?.localHostName, null);
    assertEquals(pairs[0]?.localServiceName, "");
  },
);

/** A service at two servers of two families; `gone.example` has no address. */
function startServiceZone(): Promise<DnsServer> {
  return startDnsServer({
    "_db._tcp.db.example": {
      SRV: [
        { priority: 1, weight: 0, port: 1, target: "a.example" },
        { priority: 2, weight: 0, port: 2, target: "gone.example" },
        { priority: 3, weight: 0, port: 3, target: "b.example" },
      ],
    },
    "_gone._tcp.db.example": {
      SRV: [{ priority: 0, weight: 0, port: 1, target: "gone.example" }],
    },
    "a.example": {
      A: ["127.0.0.1", "169.254.0.1"],
      AAAA: ["fe80::1", "2600::1"],
    },
    "b.example": { A: ["127.0.0.2"] },
  });
}

Deno.test(
  "getEndpointPairs() gives one pair per resolved server, best first; ports differ",
  {
    permissions,
  },
  async () => {
    await using server = await startServiceZone();
    const options = {
      protocol: "tcp",
      nameServer: nameServerOf(server),
    } as const;

    assertEquals(
      endpointsOf(await getEndpointPairs(DB, "db", options)),
      [
        "fe80::1 1",
        "127.0.0.1 1",
        "2600::1 1",
        "169.254.0.1 1",
        "127.0.0.2 3",
      ],
    );
    assertEquals(
      endpointsOf(
        await getEndpointPairs(DB, "db", {
          ...options,
          sortOptions: HostNameSortOptions.optimizeForLongConnections,
        }),
      ),
      [
        "2600::1 1",
        "127.0.0.1 1",
        "fe80::1 1",
        "169.254.0.1 1",
        "127.0.0.2 3",
      ],
    );
  },
);

Deno.test("getEndpointPairs() throws when no server has an address", {
  permissions,
}, async () => {
  await using server = await startServiceZone();

  await assertNoData(
    getEndpointPairs(DB, "gone", {
      protocol: "tcp",
      nameServer: nameServerOf(server),
    }),
    'Cannot resolve "gone.example": no record of the requested type',
  );
});

Deno.test(
  "getEndpointPairs() rejects with the reason of the signal when it is aborted between servers",
  {
    permissions,
  },
  async () => {
    await using server = await startDnsServer({
      "_db._tcp.db.example": {
        SRV: [
          { priority: 1, weight: 0, port: 1, target: "127.0.0.1" },
          { priority: 2, weight: 0, port: 2, target: "silent.example" },
        ],
      },
      "silent.example": null,
    });
    const controller = new AbortController();
    const reason = new Error("Enough");

    const pending = getEndpointPairs(DB, "db", {
      protocol: "tcp",
      nameServer: nameServerOf(server),
      signal: controller.signal,
    });
    while (!server.questions.some((question) => question.includes("silent"))) {
      await server.nextQuestion();
    }
    controller.abort(reason);

    assertStrictEquals(await assertRejects(() => pending), reason);
  },
);

Deno.test(
  "getEndpointPairs() throws ArgumentError when the sort options are none of these",
  {
    permissions: "none",
  },
  async () => {
    for (const sortOptions of [1, 3, -1, "none", null]) {
      await assertRejects(
        () =>
          Reflect.apply(getEndpointPairs, undefined, [DB, 80, {
            protocol: "tcp",
            sortOptions,
          }]),
        ArgumentError,
        "it must be one of HostNameSortOptions",
      );
    }
  },
);

Deno.test(
  "getEndpointPairs() throws NotCapable when the name is not permitted",
  {
    permissions: "none",
  },
  async () => {
    await assertRejects(
      () =>
        getEndpointPairs(new HostName("localhost"), 80, { protocol: "tcp" }),
      Deno.errors.NotCapable,
    );
  },
);
