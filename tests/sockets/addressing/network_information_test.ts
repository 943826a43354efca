import { assert, assertEquals, assertThrows } from "@std/assert";
import { localHostNames } from "../../../sockets/addressing/_local_host_names.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";
import { NetworkInformation } from "../../../sockets/addressing/network_information.ts";

Deno.test(
  "NetworkInformation.getHostNames() gives the addresses of the interfaces, for which ipInformation is non-null",
  {
    permissions: { sys: ["networkInterfaces"] },
  },
  () => {
    const hosts = NetworkInformation.getHostNames();

    const expected = Deno.networkInterfaces()
      .filter(({ address }) => !address.startsWith("127.") && address !== "::1")
      .map(({ name, cidr }) => [name, Number(cidr.split("/")[1])]);
    assertEquals(
      hosts.map(({ ipInformation }) => [
        ipInformation?.networkAdapter,
        ipInformation?.prefixLength,
      ]),
      expected,
    );
  },
);

Deno.test(
  "NetworkInformation.getHostNames() throws NotCapable without --allow-sys",
  {
    permissions: "none",
  },
  () => {
    assertThrows(
      () => NetworkInformation.getHostNames(),
      Deno.errors.NotCapable,
    );
  },
);

Deno.test("localHostNames() leaves out loopback addresses and adds zones", {
  permissions: "none",
}, () => {
  const hosts = localHostNames([
    { name: "lo", address: "127.0.0.1", cidr: "127.0.0.1/8", scopeid: null },
    { name: "lo", address: "::1", cidr: "::1/128", scopeid: 0 },
    { name: "eth0", address: "10.0.0.2", cidr: "10.0.0.2/24", scopeid: null },
    { name: "eth0", address: "fd00::2", cidr: "fd00::2/64", scopeid: 0 },
    { name: "wlan0", address: "fe80::2", cidr: "fe80::2/64", scopeid: 3 },
  ]);

  assertEquals(
    hosts.map(({ canonicalName, ipInformation }) => ({
      canonicalName,
      ...ipInformation,
    })),
    [
      { canonicalName: "10.0.0.2", networkAdapter: "eth0", prefixLength: 24 },
      { canonicalName: "fd00::2", networkAdapter: "eth0", prefixLength: 64 },
      { canonicalName: "fe80::2%3", networkAdapter: "wlan0", prefixLength: 64 },
    ],
  );
  assert(Object.isFrozen(hosts[0]?.ipInformation));
});

Deno.test(
  "HostName.ipInformation is null when the address is local but not from the system",
  {
    permissions: "none",
  },
  () => {
    const [local] = localHostNames([
      { name: "eth0", address: "10.0.0.2", cidr: "10.0.0.2/24", scopeid: null },
    ]);
    const same = new HostName("10.0.0.2");

    assert(local?.isEqual(same));
    assertEquals(same.ipInformation, null);
  },
);
