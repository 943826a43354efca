import { assertEquals } from "@std/assert";
import {
  alternateFamilies,
  sortAddresses,
} from "../../../sockets/addressing/_address_order.ts";
import { HostName } from "../../../sockets/addressing/host_name.ts";
import { HostNameSortOptions } from "../../../sockets/addressing/host_name_sort_options.ts";

const { none, optimizeForLongConnections } = HostNameSortOptions;

function sort(
  addresses: readonly string[],
  sortOptions: HostNameSortOptions,
): string[] {
  const hosts = addresses.map((address) => new HostName(address));
  return sortAddresses(hosts, sortOptions).map(({ rawName }) => rawName);
}

Deno.test(
  "sortAddresses() gives none → S2+D2 (both new): the families in turn",
  {
    permissions: "none",
  },
  () => {
    assertEquals(
      sort(["2600::1", "2600::2", "2600::3", "1.1.1.1", "1.1.1.2"], none),
      ["2600::1", "1.1.1.1", "2600::2", "1.1.1.2", "2600::3"],
    );
    assertEquals(
      sort(["1.1.1.1", "1.1.1.2", "2600::1"], none),
      ["1.1.1.1", "2600::1", "1.1.1.2"],
    );
  },
);

Deno.test(
  "sortAddresses() keeps the order of the resolver when there is one family",
  {
    permissions: "none",
  },
  () => {
    assertEquals(sort([], none), []);
    assertEquals(sort(["1.1.1.2", "1.1.1.1"], none), ["1.1.1.2", "1.1.1.1"]);
    assertEquals(sort(["fd00::1", "2600::1"], none), ["fd00::1", "2600::1"]);
  },
);

Deno.test(
  "sortAddresses() gives optimizeForLongConnections → S1+D2: one family before the other",
  {
    permissions: "none",
  },
  () => {
    assertEquals(
      sort(
        ["1.1.1.1", "2600::1", "1.1.1.2", "2600::2"],
        optimizeForLongConnections,
      ),
      ["2600::1", "2600::2", "1.1.1.1", "1.1.1.2"],
    );
  },
);

Deno.test(
  "sortAddresses() follows the policy table of RFC 6724 when optimizing for long connections",
  {
    permissions: "none",
  },
  () => {
    const best = [
      "::1",
      "2600::1",
      "1.1.1.1",
      "::ffff:1.1.1.1",
      "2002::1",
      "2001::1",
      "fd00::1",
      "::1.1.1.1",
      "fec0::1",
      "3ffe::1",
      "fe80::1%eth0",
      "169.254.1.1",
    ];
    assertEquals(sort(best, optimizeForLongConnections), best);

    // Equals keep their order, so only groups are compared.
    const ranks = [0, 1, 2, 2, 3, 4, 5, 6, 6, 6, 7, 7];
    const worst = sort(best.toReversed(), optimizeForLongConnections);
    assertEquals(worst.map((address) => ranks[best.indexOf(address)]), ranks);
  },
);

Deno.test("alternateFamilies() starts with the family of the first", {
  permissions: "none",
}, () => {
  const hosts = ["::1", "127.0.0.1"].map((address) => new HostName(address));

  assertEquals(alternateFamilies(hosts), hosts);
  assertEquals(alternateFamilies(hosts.toReversed()), hosts.toReversed());
  assertEquals(alternateFamilies([]), []);
});
