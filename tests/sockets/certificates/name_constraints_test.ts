import { assertEquals } from "@std/assert";
import { ChainValidationResult as Result } from "../../../mod.ts";
import { validate } from "./_certificates.ts";
import {
  makeAuthority,
  makeLeaf,
  type MakeOptions,
  makeRoot,
} from "./_make_certificates.ts";
import { type Constraints, makeNameConstraints } from "./_name_constraints.ts";

const PURE = { permissions: "none" } as const;

interface Case extends Constraints {
  readonly leaf: MakeOptions;
  readonly errors?: readonly Result[];
}

const INVALID = [Result.invalidName];
const UNKNOWN = [Result.unknownCriticalExtension];

function dns(...dnsNames: string[]): MakeOptions {
  return { dnsNames };
}

function ip(...ipAddresses: string[]): MakeOptions {
  return { ipAddresses };
}

async function assertCases(cases: readonly Case[]): Promise<void> {
  for (const { leaf: options, errors = [], ...constraints } of cases) {
    const root = await makeRoot({
      extensions: [makeNameConstraints(constraints)],
    });
    const authority = await makeAuthority({ issuer: root, subject: "" });
    const leaf = await makeLeaf({
      subject: "",
      issuer: authority,
      ...options,
    });
    const verdict = await validate(leaf, { trust: [root], send: [authority] });
    assertEquals(
      verdict.errors,
      errors,
      JSON.stringify({ constraints, options }),
    );
  }
}

Deno.test(
  "checkNameConstraints() wants host names to be among the permitted ones",
  PURE,
  () =>
    assertCases([
      { permitted: { dns: ["example.com"] }, leaf: dns("example.com") },
      { permitted: { dns: ["example.com"] }, leaf: dns("EXAMPLE.com.") },
      { permitted: { dns: ["Example.com"] }, leaf: dns("a.b.example.com") },
      { permitted: { dns: [".example.com"] }, leaf: dns("a.example.com") },
      { permitted: { dns: ["a.test", "b.test"] }, leaf: dns("x.b.test") },
      { permitted: { dns: [""] }, leaf: dns("a.example") },
      { permitted: { dns: ["example.com"] }, leaf: dns("*.example.com") },
      {
        permitted: { dns: [".example.com"] },
        leaf: dns("example.com"),
        errors: INVALID,
      },
      {
        permitted: { dns: ["example.com"] },
        leaf: dns("badexample.com"),
        errors: INVALID,
      },
      {
        permitted: { dns: ["example.com"] },
        leaf: dns("a.example.com", "a.example.org"),
        errors: INVALID,
      },
      {
        permitted: { dns: ["a.example.com"] },
        leaf: dns("*.example.com"),
        errors: INVALID,
      },
      // The constraint is on host names: others are free.
      { permitted: { dns: ["example.com"] }, leaf: ip("127.0.0.1") },
    ]),
);

Deno.test(
  "checkNameConstraints() wants no host name to be excluded",
  PURE,
  () =>
    assertCases([
      { excluded: { dns: ["example.com"] }, leaf: dns("example.org") },
      { excluded: { dns: ["a.b.example.com"] }, leaf: dns("*.example.com") },
      {
        excluded: { dns: ["example.com"] },
        leaf: dns("example.com"),
        errors: INVALID,
      },
      {
        excluded: { dns: ["example.com"] },
        leaf: dns("a.example.com"),
        errors: INVALID,
      },
      {
        excluded: { dns: ["a.example.com"] },
        leaf: dns("*.example.com"),
        errors: INVALID,
      },
      {
        excluded: { dns: ["example.com"] },
        leaf: dns("*.example.com"),
        errors: INVALID,
      },
      {
        permitted: { dns: ["example.com"] },
        excluded: { dns: ["bad.example.com"] },
        leaf: dns("good.example.com"),
      },
      {
        permitted: { dns: ["example.com"] },
        excluded: { dns: ["bad.example.com"] },
        leaf: dns("x.bad.example.com"),
        errors: INVALID,
      },
    ]),
);

Deno.test(
  "checkNameConstraints() compares addresses with ranges",
  PURE,
  () =>
    assertCases([
      { permitted: { ip: ["10.0.0.0/255.0.0.0"] }, leaf: ip("10.1.2.3") },
      { permitted: { ip: ["10.0.0.99/255.0.0.0"] }, leaf: ip("10.1.2.3") },
      {
        permitted: { ip: ["10.0.0.0/255.0.0.0"] },
        leaf: ip("11.1.2.3"),
        errors: INVALID,
      },
      {
        permitted: { ip: ["10.0.0.0/255.0.0.0"] },
        leaf: ip("::1"),
        errors: INVALID,
      },
      {
        permitted: { ip: ["2001:db8::/ffff:ffff::"] },
        leaf: ip("2001:db8::1"),
      },
      {
        permitted: { ip: ["2001:db8::/ffff:ffff::"] },
        leaf: ip("2001:db9::1"),
        errors: INVALID,
      },
      {
        excluded: { ip: ["0.0.0.0/0.0.0.0"] },
        leaf: ip("127.0.0.1"),
        errors: INVALID,
      },
      { excluded: { ip: ["0.0.0.0/0.0.0.0"] }, leaf: ip("::1") },
      { excluded: { ip: ["10.0.0.0/255.0.0.0"] }, leaf: dns("a.example") },
    ]),
);

Deno.test(
  "checkNameConstraints() refuses critical ones on names that it does not compare",
  PURE,
  () =>
    assertCases([
      {
        permitted: { email: ["example.com"] },
        leaf: { emailNames: ["a@example.com"] },
        errors: UNKNOWN,
      },
      {
        excluded: { url: ["example.com"] },
        leaf: { urls: ["https://example.org"] },
        errors: UNKNOWN,
      },
      {
        excluded: { url: ["example.com"] },
        isCritical: false,
        leaf: { urls: ["https://example.org"] },
      },
      { permitted: { email: ["example.com"] }, leaf: dns("a.example") },
      {
        permitted: { directory: ["O=Tests"] },
        leaf: { subject: "CN=Leaf" },
        errors: UNKNOWN,
      },
      {
        excluded: { directory: ["O=Tests"] },
        leaf: { subject: "CN=Leaf" },
        errors: UNKNOWN,
      },
      { permitted: { directory: ["O=Tests"] }, leaf: { subject: "" } },
    ]),
);

Deno.test(
  "checkNameConstraints() heeds those that are not critical, too",
  PURE,
  () =>
    assertCases([
      {
        permitted: { dns: ["example.com"] },
        isCritical: false,
        leaf: dns("a.example"),
        errors: INVALID,
      },
    ]),
);

Deno.test(
  "checkNameConstraints() refuses what takes more than 250,000 comparisons",
  PURE,
  () => {
    const cases = [[300, []], [600, [Result.otherErrors]]] as const;
    return assertCases(cases.map(([count, errors]) => {
      const names = Array.from({ length: count }, (_, i) => `n${i}.test`);
      const excluded = names.map((name) => `x${name}`);
      return { excluded: { dns: excluded }, leaf: dns(...names), errors };
    }));
  },
);
