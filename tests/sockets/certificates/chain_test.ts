import { assertEquals } from "@std/assert";
import { ChainValidationResult as Result } from "../../../mod.ts";
import { read, readPem, subjectsOf, validate } from "./_certificates.ts";
import { READS_TESTDATA } from "./_testdata.ts";
import {
  CLIENT_AUTHENTICATION,
  KeyUsageFlags,
  type MadeCertificate,
  makeAuthority,
  makeKeys,
  makeLeaf,
  type MakeOptions,
  makeRoot,
  makeUnknownExtension,
  SERVER_AUTHENTICATION,
} from "./_make_certificates.ts";

const PURE = { permissions: "none" } as const;
const DAY = 86_400_000;
const YESTERDAY = new Date(Date.now() - DAY);
const TOMORROW = new Date(Date.now() + DAY);
const LONG_AGO = new Date("2020-01-01");

/** A root, an authority and a leaf, with options for each. */
interface Chain {
  readonly root: MadeCertificate;
  readonly authority: MadeCertificate;
  readonly leaf: MadeCertificate;
}

interface ChainOptions {
  readonly root?: MakeOptions;
  readonly authority?: MakeOptions;
  readonly leaf?: MakeOptions;
}

async function makeChain(options: ChainOptions = {}): Promise<Chain> {
  const root = await makeRoot(options.root);
  const authority = await makeAuthority({ issuer: root, ...options.authority });
  const leaf = await makeLeaf({ issuer: authority, ...options.leaf });
  return { root, authority, leaf };
}

/** What is wrong with such a chain, if the root is trusted. */
async function errorsOf(
  options: ChainOptions,
): Promise<readonly Result[]> {
  const { root, authority, leaf } = await makeChain(options);
  const { errors } = await validate(leaf, { trust: [root], send: [authority] });
  return errors;
}

Deno.test(
  "validateChain() finds nothing wrong with a good chain",
  PURE,
  async () => {
    const { root, authority, leaf } = await makeChain();
    const verdict = await validate(leaf, {
      trust: [root],
      send: [authority],
      hostName: "localhost",
    });
    assertEquals(verdict.errors, []);
    assertEquals(subjectsOf(verdict), ["Leaf", "Authority", "Root"]);
    assertEquals(verdict.chain[2]?.getCertificateBlob(), root.der);
  },
);

Deno.test(
  "validateChain() takes what was sent in any order",
  PURE,
  async () => {
    const { root, authority, leaf } = await makeChain();
    const other = await makeRoot({ subject: "CN=Other" });
    const verdict = await validate(leaf, {
      trust: [other, root],
      send: [other, root, leaf, authority, authority],
    });
    assertEquals(verdict.errors, []);
    assertEquals(subjectsOf(verdict), ["Leaf", "Authority", "Root"]);
  },
);

Deno.test("validateChain() finds anchors by a function", PURE, async () => {
  const { root, authority, leaf } = await makeChain();
  const asked: string[] = [];
  const anchor = await read(root);
  const { errors } = await validate(leaf, {
    send: [authority],
    anchors: ({ subject, issuer }) => {
      asked.push(subject);
      return issuer === "Root" ? [anchor] : [];
    },
  });
  assertEquals(errors, []);
  assertEquals(new Set(asked), new Set(["Leaf", "Authority", "Root"]));
});

Deno.test(
  "validateChain() ends at an authority that is trusted",
  PURE,
  async () => {
    const { authority, leaf } = await makeChain();
    const verdict = await validate(leaf, { trust: [authority] });
    assertEquals(verdict.errors, []);
    assertEquals(subjectsOf(verdict), ["Leaf", "Authority"]);
  },
);

Deno.test(
  "validateChain() takes a certificate that is trusted itself",
  PURE,
  async () => {
    const { leaf } = await makeChain();
    const selfSigned = await makeLeaf();
    for (const certificate of [leaf, selfSigned]) {
      const verdict = await validate(certificate, { trust: [certificate] });
      assertEquals(verdict.errors, []);
      assertEquals(subjectsOf(verdict), ["Leaf"]);
    }
  },
);

Deno.test(
  "validateChain() tells of a root that is not trusted",
  PURE,
  async () => {
    const { root, authority, leaf } = await makeChain();
    const other = await makeRoot();
    const verdict = await validate(leaf, {
      trust: [other],
      send: [authority, root],
    });
    assertEquals(verdict.errors, [Result.untrusted]);
    assertEquals(subjectsOf(verdict), ["Leaf", "Authority", "Root"]);
  },
);

Deno.test(
  "validateChain() tells of a certificate that signed itself",
  PURE,
  async () => {
    const verdict = await validate(await makeLeaf());
    assertEquals(verdict.errors, [Result.untrusted]);
    assertEquals(subjectsOf(verdict), ["Leaf"]);
  },
);

Deno.test(
  "validateChain() tells of an issuer that is missing",
  PURE,
  async () => {
    const { root, leaf } = await makeChain();
    for (const send of [[], [root]]) {
      const verdict = await validate(leaf, { trust: [root], send });
      assertEquals(verdict.errors, [Result.incompleteChain]);
      assertEquals(subjectsOf(verdict), ["Leaf"]);
    }
  },
);

Deno.test("validateChain() tells of a root that is missing", PURE, async () => {
  const { authority, leaf } = await makeChain();
  const verdict = await validate(leaf, { send: [authority] });
  assertEquals(verdict.errors, [Result.incompleteChain]);
  assertEquals(subjectsOf(verdict), ["Leaf", "Authority"]);
});

Deno.test(
  "validateChain() takes an issuer with other keys for none",
  PURE,
  async () => {
    const root = await makeRoot();
    const { leaf } = await makeChain();
    const sameName = await makeAuthority({ issuer: root });
    const { errors } = await validate(leaf, {
      trust: [root],
      send: [sameName],
    });
    assertEquals(errors, [Result.incompleteChain]);
  },
);

Deno.test(
  "validateChain() tells of a signature that is forged",
  PURE,
  async () => {
    const root = await makeRoot({ hasKeyIds: false });
    const forger = await makeAuthority({ hasKeyIds: false });
    const leaf = await makeLeaf({
      issuer: forger,
      issuerName: "O=Tests,CN=Root",
    });
    const verdict = await validate(leaf, { trust: [root] });
    assertEquals(verdict.errors, [Result.invalidSignature]);
    assertEquals(subjectsOf(verdict), ["Leaf"]);
  },
);

Deno.test(
  "validateChain() tells of a certificate that only claims to have signed itself",
  PURE,
  async () => {
    const other = await makeRoot({ hasKeyIds: false });
    const leaf = await makeLeaf({
      issuer: other,
      issuerName: "CN=Leaf",
      hasKeyIds: false,
    });
    const { errors } = await validate(leaf);
    assertEquals(errors, [Result.invalidSignature]);
  },
);

Deno.test(
  "validateChain() tells of a change after the signature",
  PURE,
  async () => {
    const { root, authority, leaf } = await makeChain();
    const der = leaf.der.slice();
    const i = new TextDecoder("latin1").decode(der).indexOf("localhost");
    der[i] = "L".charCodeAt(0);
    const { errors } = await validate({ ...leaf, der }, {
      trust: [root],
      send: [authority],
    });
    assertEquals(errors, [Result.invalidSignature]);
  },
);

Deno.test(
  "validateChain() checks the dates of every certificate",
  PURE,
  async () => {
    const expired = { notBefore: LONG_AGO, notAfter: YESTERDAY };
    const future = { notBefore: TOMORROW, notAfter: new Date("2100-01-01") };
    for (const dates of [expired, future]) {
      assertEquals(await errorsOf({ leaf: dates }), [Result.expired]);
      assertEquals(await errorsOf({ authority: dates }), [Result.expired]);
      assertEquals(await errorsOf({ root: dates }), [Result.expired]);
    }
  },
);

Deno.test(
  "validateChain() takes the dates as they are, ends included",
  PURE,
  async () => {
    const notBefore = new Date("2026-01-01T00:00:00Z");
    const notAfter = new Date("2026-01-02T00:00:00Z");
    const leaf = await makeLeaf({ notBefore, notAfter });
    for (
      const [time, expected] of [
        [-1, [Result.expired]],
        [0, []],
        [DAY, []],
        [DAY + 1, [Result.expired]],
      ] as const
    ) {
      const now = new Date(notBefore.getTime() + time);
      const { errors } = await validate(leaf, { trust: [leaf], now });
      assertEquals(errors, expected);
    }
  },
);

Deno.test(
  "validateChain() checks the host name against the alternative names",
  PURE,
  async () => {
    const dns = await makeLeaf({ dnsNames: ["a.example", "*.b.example"] });
    const ip = await makeLeaf({ ipAddresses: ["127.0.0.1", "fe80::1"] });
    const commonName = await makeLeaf({
      subject: "CN=a.example",
      dnsNames: [],
    });
    const cases: readonly (readonly [MadeCertificate, string, boolean])[] = [
      [dns, "a.example", true],
      [dns, "x.b.example", true],
      [dns, "b.example", false],
      [dns, "127.0.0.1", false],
      [ip, "127.0.0.1", true],
      [ip, "fe80::1%eth0", true],
      [ip, "127.0.0.2", false],
      [ip, "localhost", false],
      [commonName, "a.example", false],
    ];
    for (const [leaf, hostName, isRight] of cases) {
      const { errors } = await validate(leaf, { trust: [leaf], hostName });
      assertEquals(errors, isRight ? [] : [Result.invalidName], hostName);
    }
  },
);

Deno.test(
  "validateChain() checks the purpose of every certificate",
  PURE,
  async () => {
    const client = { purposes: [CLIENT_AUTHENTICATION] };
    const server = { purposes: ["1.2.3", SERVER_AUTHENTICATION] };
    const any = { purposes: ["2.5.29.37.0"] };
    for (const good of [server, any, { purposes: null }]) {
      assertEquals(await errorsOf({ leaf: good }), []);
      assertEquals(await errorsOf({ authority: good }), []);
      assertEquals(await errorsOf({ root: good }), []);
    }
    assertEquals(await errorsOf({ leaf: client }), [Result.wrongUsage]);
    assertEquals(await errorsOf({ authority: client }), [Result.wrongUsage]);
    assertEquals(await errorsOf({ root: client }), [Result.wrongUsage]);
  },
);

Deno.test(
  "validateChain() checks for the purpose that it is asked for",
  PURE,
  async () => {
    const client = await makeLeaf({ purposes: [CLIENT_AUTHENTICATION] });
    const server = await makeLeaf({ purposes: [SERVER_AUTHENTICATION] });
    const purpose = "clientAuthentication";
    const forClient = await validate(client, { trust: [client], purpose });
    assertEquals(forClient.errors, []);
    const forServer = await validate(server, { trust: [server], purpose });
    assertEquals(forServer.errors, [Result.wrongUsage]);
  },
);

Deno.test(
  "validateChain() wants the key of the certificate to sign",
  PURE,
  async () => {
    const { digitalSignature, keyEncipherment } = KeyUsageFlags;
    for (
      const [keyUsages, expected] of [
        [digitalSignature, []],
        [digitalSignature | keyEncipherment, []],
        [null, []],
        [keyEncipherment, [Result.wrongUsage]],
      ] as const
    ) assertEquals(await errorsOf({ leaf: { keyUsages } }), expected);
  },
);

Deno.test("validateChain() wants issuers to be authorities", PURE, async () => {
  const bad: readonly MakeOptions[] = [
    { isAuthority: false },
    { isAuthority: null },
    { isAuthority: false, keyUsages: null },
    { keyUsages: KeyUsageFlags.digitalSignature },
  ];
  for (const options of bad) {
    const expected = [Result.basicConstraintsError];
    assertEquals(await errorsOf({ authority: options }), expected);
    assertEquals(await errorsOf({ root: options }), expected);
  }
  assertEquals(await errorsOf({ authority: { keyUsages: null } }), []);
});

Deno.test(
  "validateChain() wants no leaf to be an authority, but takes one",
  PURE,
  async () => {
    const keyUsages = KeyUsageFlags.keyCertSign |
      KeyUsageFlags.digitalSignature;
    const leaf = await makeLeaf({ isAuthority: true, keyUsages });
    const { errors } = await validate(leaf, { trust: [leaf] });
    assertEquals(errors, []);
  },
);

Deno.test(
  "validateChain() checks the length that an authority allows",
  PURE,
  async () => {
    for (
      const [pathLength, expected] of [
        [0, [Result.basicConstraintsError]],
        [1, []],
        [9, []],
      ] as const
    ) assertEquals(await errorsOf({ root: { pathLength } }), expected);
    assertEquals(await errorsOf({ authority: { pathLength: 0 } }), []);
  },
);

Deno.test(
  "validateChain() does not count an authority that issued itself a certificate",
  PURE,
  async () => {
    const oldRoot = await makeRoot({ pathLength: 0 });
    // With a new key, signed by the old one: RFC 5280, section 3.2.
    const newRoot = await makeRoot({ issuer: oldRoot });
    const leaf = await makeLeaf({ issuer: newRoot });
    const verdict = await validate(leaf, { trust: [oldRoot], send: [newRoot] });
    assertEquals(verdict.errors, []);
    assertEquals(subjectsOf(verdict), ["Leaf", "Root", "Root"]);
  },
);

Deno.test(
  "validateChain() refuses critical extensions that are not known",
  PURE,
  async () => {
    const critical = { extensions: [makeUnknownExtension(true)] };
    const expected = [Result.unknownCriticalExtension];
    assertEquals(await errorsOf({ leaf: critical }), expected);
    assertEquals(await errorsOf({ authority: critical }), expected);
    assertEquals(await errorsOf({ root: critical }), expected);
    const other = { extensions: [makeUnknownExtension(false)] };
    assertEquals(await errorsOf({ leaf: other }), []);
  },
);

Deno.test(
  "validateChain() tells of everything that is wrong",
  PURE,
  async () => {
    const root = await makeRoot();
    const leaf = await makeLeaf({
      issuer: root,
      notBefore: LONG_AGO,
      notAfter: YESTERDAY,
      purposes: [CLIENT_AUTHENTICATION],
      extensions: [makeUnknownExtension(true)],
    });
    const { errors } = await validate(leaf, {
      send: [root],
      hostName: "a.example",
    });
    assertEquals(errors, [
      Result.untrusted,
      Result.expired,
      Result.wrongUsage,
      Result.invalidName,
      Result.unknownCriticalExtension,
    ]);
  },
);

Deno.test("validateChain() takes the path without a fault", PURE, async () => {
  const root = await makeRoot();
  const keys = await makeKeys("p256");
  const shared = { issuer: root, keys };
  const good = await makeAuthority(shared);
  const leaf = await makeLeaf({ issuer: good });
  const bad = await Promise.all([
    makeAuthority({ ...shared, notBefore: LONG_AGO, notAfter: YESTERDAY }),
    makeAuthority({ ...shared, purposes: [CLIENT_AUTHENTICATION] }),
    makeAuthority({ ...shared, isAuthority: false }),
  ]);
  for (const send of [[...bad, good], [good, ...bad]]) {
    const { errors } = await validate(leaf, { trust: [root], send });
    assertEquals(errors, []);
  }
  const only = await validate(leaf, { trust: [root], send: bad });
  // Both are a single fault that may be ignored; the first one sent is taken.
  assertEquals(only.errors, [Result.expired]);
});

Deno.test(
  "validateChain() takes the cross-certificate of a root that is not trusted",
  PURE,
  async () => {
    const oldRoot = await makeRoot({ subject: "CN=Old" });
    const keys = await makeKeys("p256");
    const newRoot = await makeRoot({ subject: "CN=New", keys });
    const cross = await makeAuthority({
      subject: "CN=New",
      keys,
      issuer: oldRoot,
    });
    const authority = await makeAuthority({ issuer: newRoot });
    const leaf = await makeLeaf({ issuer: authority });
    const send = [authority, newRoot, cross];
    const byOld = await validate(leaf, { trust: [oldRoot], send });
    assertEquals(byOld.errors, []);
    assertEquals(subjectsOf(byOld), ["Leaf", "Authority", "New", "Old"]);
    const byNew = await validate(leaf, { trust: [newRoot], send });
    assertEquals(subjectsOf(byNew), ["Leaf", "Authority", "New"]);
  },
);

Deno.test(
  "validateChain() goes on behind a trusted certificate with a fault",
  PURE,
  async () => {
    const root = await makeRoot();
    const keys = await makeKeys("p256");
    const shared = { issuer: root, keys };
    const expired = await makeAuthority({
      ...shared,
      notBefore: LONG_AGO,
      notAfter: YESTERDAY,
    });
    const renewed = await makeAuthority(shared);
    const leaf = await makeLeaf({ issuer: renewed });
    const verdict = await validate(leaf, {
      trust: [expired, root],
      send: [renewed],
    });
    assertEquals(verdict.errors, []);
    assertEquals(subjectsOf(verdict), ["Leaf", "Authority", "Root"]);
  },
);

Deno.test(
  "validateChain() takes a root of version 1 if it is trusted, but no such authority",
  READS_TESTDATA,
  async () => {
    const leaf = await readPem("version_1_leaf.pem");
    const root = await readPem("version_1_root.pem");
    const trusted = await validate(leaf, { trust: [root] });
    assertEquals(trusted.errors, []);
    const sent = await validate(leaf, { send: [root] });
    assertEquals(sent.errors, [
      Result.untrusted,
      Result.basicConstraintsError,
    ]);
  },
);
