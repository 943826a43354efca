import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HostName } from "../../../mod.ts";
import {
  type GeneralNameFields,
  NameKind,
} from "../../../sockets/certificates/_certificate_fields.ts";
import { matchesHostName } from "../../../sockets/certificates/_host_name_match.ts";
import { parseIP } from "../../../sockets/certificates/_ip_text.ts";

const PURE = { permissions: "none" } as const;
const NONE = new Uint8Array();

function dns(...texts: string[]): GeneralNameFields[] {
  return texts.map((text) => ({ kind: NameKind.dns, text, bytes: NONE }));
}

function ip(...texts: string[]): GeneralNameFields[] {
  return texts.map((text) => ({
    kind: NameKind.ip,
    text: "",
    bytes: new Uint8Array(parseIP(text) ?? []),
  }));
}

function assertMatches(
  cases: readonly (readonly [string, GeneralNameFields[], boolean])[],
): void {
  for (const [host, names, expected] of cases) {
    const texts = names.map(({ text, bytes }) => text || bytes.join("."));
    assertEquals(
      matchesHostName(host, names),
      expected,
      `${host} and ${texts.join(", ")}`,
    );
  }
}

Deno.test(
  "matchesHostName() compares names without regard to case",
  PURE,
  () => {
    assertMatches([
      ["example.com", dns("example.com"), true],
      ["example.com", dns("EXAMPLE.Com"), true],
      ["example.com", dns("example.com."), true],
      ["example.com.", dns("example.com"), true],
      ["localhost", dns("localhost"), true],
      ["example.com", dns("a.example", "example.com"), true],
      ["xn--bcher-kva.example", dns("xn--bcher-kva.example"), true],
      ["xn--bcher-kva.example", dns("bücher.example"), false],
      ["example.com", dns("example.org"), false],
      ["example.com", dns("www.example.com"), false],
      ["www.example.com", dns("example.com"), false],
      ["example.com", dns(), false],
      ["example.com", dns(""), false],
      ["example.com", dns("."), false],
      ["", dns(""), false],
      [".", dns("."), false],
    ]);
  },
);

Deno.test(
  "matchesHostName() takes a wildcard for one whole label",
  PURE,
  () => {
    assertMatches([
      ["a.example.com", dns("*.example.com"), true],
      ["A.Example.com", dns("*.EXAMPLE.com."), true],
      ["xn--bcher-kva.example.com", dns("*.example.com"), true],
      ["a.b.example.com", dns("*.b.example.com"), true],
      ["example.com", dns("*.example.com"), false],
      [".example.com", dns("*.example.com"), false],
      ["a.b.example.com", dns("*.example.com"), false],
      ["a.b.example.com", dns("a.*.example.com"), false],
      ["a.b.example.com", dns("*.*.example.com"), false],
      ["foo.example.com", dns("f*.example.com"), false],
      ["foo.example.com", dns("*o.example.com"), false],
      ["foo.example.com", dns("f*o.example.com"), false],
      ["xn--foo.example.com", dns("xn--*.example.com"), false],
      ["example.com", dns("*.com"), false],
      ["localhost", dns("*"), false],
      ["a.b", dns("*.*"), false],
      ["a.b.c", dns("*.*.c"), false],
    ]);
  },
);

Deno.test("matchesHostName() compares addresses by their bytes", PURE, () => {
  assertMatches([
    ["127.0.0.1", ip("127.0.0.1"), true],
    ["::1", ip("::1"), true],
    ["2001:db8::5", ip("2001:DB8:0::0:5"), true],
    ["fe80::1%eth0", ip("fe80::1"), true],
    ["127.0.0.1", ip("127.0.0.2"), false],
    ["127.0.0.1", ip("::ffff:127.0.0.1"), false],
    ["::ffff:127.0.0.1", ip("127.0.0.1"), false],
    ["127.0.0.1", dns("127.0.0.1"), false],
    ["::1", dns("::1"), false],
    ["127.0.0.1", dns("*.0.0.1"), false],
    ["a.example", ip("127.0.0.1"), false],
  ]);
});

Deno.test("matchesHostName() looks at names of no other kind", PURE, () => {
  for (const kind of [0, NameKind.email, NameKind.directory, NameKind.url, 8]) {
    const name = { kind, text: "a.example", bytes: NONE };
    assertEquals(matchesHostName("a.example", [name]), false);
  }
});

Deno.test("matchesHostName() splits no name that has commas", PURE, () => {
  assertMatches([
    ["good.example", dns("x.example, DNS:good.example"), false],
    ["good.example", dns("x.example,good.example"), false],
    ["good.example", dns("good.example\0.evil.example"), false],
    ["good.example", dns(" good.example"), false],
    ["good.example", dns("good.example "), false],
  ]);
});

/** Host names as `HostName` has them. */
const HOSTS = fc.domain().filter((domain) => {
  try {
    return new HostName(domain).canonicalName === domain.toLowerCase();
  } catch {
    return false;
  }
});

Deno.test("matchesHostName() finds every host under its own name", PURE, () => {
  fc.assert(fc.property(HOSTS, (host) => {
    const { canonicalName } = new HostName(host);
    return matchesHostName(canonicalName, dns(host)) &&
      matchesHostName(canonicalName, dns(`${host.toUpperCase()}.`)) &&
      matchesHostName(`sub.${canonicalName}`, dns(`*.${host}`)) &&
      !matchesHostName(canonicalName, dns(`*.${host}`)) &&
      !matchesHostName(`a.sub.${canonicalName}`, dns(`*.${host}`));
  }));
});

Deno.test("matchesHostName() finds no host under another name", PURE, () => {
  fc.assert(fc.property(HOSTS, fc.string(), (host, text) => {
    const { canonicalName } = new HostName(host);
    const isSame = text.toLowerCase().replace(/\.$/, "") === canonicalName;
    return matchesHostName(canonicalName, dns(text)) === isSame;
  }));
});

Deno.test(
  "matchesHostName() finds every address under its own bytes",
  PURE,
  () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(fc.property(addresses, addresses, (one, two) => {
      const host = new HostName(one).canonicalName;
      const isSame = host === new HostName(two).canonicalName;
      return matchesHostName(host, ip(one)) &&
        matchesHostName(host, ip(two)) === isSame;
    }));
  },
);
