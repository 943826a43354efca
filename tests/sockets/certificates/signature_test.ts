import { assert, assertEquals } from "@std/assert";
import { ChainValidationResult as Result } from "../../../mod.ts";
import type {
  CertificateFields,
  SignatureFields,
} from "../../../sockets/certificates/_certificate_fields.ts";
import { parseCertificate } from "../../../sockets/certificates/_parse_certificate.ts";
import { loadPki } from "../../../sockets/certificates/_pki.ts";
import {
  checkSignature,
  isWeak,
} from "../../../sockets/certificates/_signature.ts";
import { readPem, validate } from "./_certificates.ts";
import {
  type KeyKind,
  makeLeaf,
  type MakeOptions,
  makeRoot,
} from "./_make_certificates.ts";
import { rewrite } from "./_rewrite_der.ts";
import { READS_TESTDATA } from "./_testdata.ts";

const PURE = { permissions: "none" } as const;

const KINDS: readonly (readonly [KeyKind, MakeOptions["hash"] | null])[] = [
  ["p256", "SHA-256"],
  ["p256", "SHA-384"],
  ["p256", "SHA-512"],
  ["p384", "SHA-384"],
  ["p384", "SHA-256"],
  ["p521", "SHA-512"],
  ["p521", "SHA-256"],
  ["rsa", "SHA-256"],
  ["rsaPss", "SHA-256"],
  ["ed25519", null],
];

/** Makes a leaf of a root that signs with such a key. */
async function makePair(
  keyKind: KeyKind,
  hash: MakeOptions["hash"] | null = null,
) {
  const root = await makeRoot({ keyKind });
  const leaf = await makeLeaf({ issuer: root, ...hash !== null && { hash } });
  return { root, leaf };
}

async function parse(der: Uint8Array): Promise<CertificateFields> {
  return parseCertificate(der, await loadPki());
}

for (const [keyKind, hash] of KINDS) {
  Deno.test(
    `checkSignature() checks signatures of ${keyKind} with ${
      hash ?? "its own hash"
    }`,
    PURE,
    async () => {
      const pki = await loadPki();
      const { root, leaf } = await makePair(keyKind, hash);
      const { publicKey } = await parse(root.der);
      const fields = await parse(leaf.der);
      assertEquals(await checkSignature(fields, publicKey, pki), "valid");
      const signed = fields.signed.with(40, fields.signed[40] === 0 ? 1 : 0);
      const changed = { ...fields, signed: new Uint8Array(signed) };
      assertEquals(await checkSignature(changed, publicKey, pki), "invalid");
      const { publicKey: other } = await parse(
        (await makeRoot({ keyKind })).der,
      );
      assertEquals(await checkSignature(fields, other, pki), "invalid");
    },
  );
}

Deno.test(
  "checkSignature() takes a signature that is none for a wrong one",
  PURE,
  async () => {
    const pki = await loadPki();
    const bad = [
      [],
      [0],
      [0x30, 0],
      [0x30, 6, 2, 1, 1, 2, 1, 1],
      [0x30, 3, 2, 1, 1],
      [0x30, 2, 5, 0, 5, 0],
      [0x30, 38, 2, 33, ...Array(33).fill(0x7f), 2, 1, 1],
      Array(64).fill(0),
      Array(256).fill(0xff),
    ];
    for (const keyKind of ["p256", "ed25519", "rsa", "rsaPss"] as const) {
      const { root, leaf } = await makePair(keyKind);
      const { publicKey } = await parse(root.der);
      for (const bytes of bad) {
        const der = rewrite(leaf.der, ({ whole }, { BitString }) => {
          whole[2] = new BitString({ valueHex: new Uint8Array(bytes) });
        });
        const check = await checkSignature(await parse(der), publicKey, pki);
        assertEquals(check, "invalid", `${keyKind}: ${bytes}`);
      }
    }
  },
);

Deno.test(
  "checkSignature() does not know a signature of another kind than the key",
  PURE,
  async () => {
    const pki = await loadPki();
    const kinds = ["p256", "ed25519", "rsa"] as const;
    const pairs = await Promise.all(kinds.map((kind) => makePair(kind)));
    for (const [i, { leaf }] of pairs.entries()) {
      const fields = await parse(leaf.der);
      for (const [j, { root }] of pairs.entries()) {
        const { publicKey } = await parse(root.der);
        const check = await checkSignature(fields, publicKey, pki);
        assertEquals(check, i === j ? "valid" : "unsupported");
      }
    }
  },
);

Deno.test(
  "validateChain() takes a root whose key is for RSASSA-PSS alone",
  READS_TESTDATA,
  async () => {
    const leaf = await readPem("pss_leaf.pem");
    const root = await readPem("pss_root.pem");
    const { errors } = await validate(leaf, { trust: [root] });
    assertEquals(errors, []);
    const fields = await parse(leaf.der);
    const { publicKey } = await parse(root.der);
    const signature: SignatureFields = {
      ...fields.signature,
      algorithm: "1.2.840.113549.1.1.11",
      pss: null,
    };
    assertEquals(
      await checkSignature(
        { ...fields, signature },
        publicKey,
        await loadPki(),
      ),
      "unsupported",
    );
  },
);

Deno.test(
  "validateChain() tells of algorithms that are not supported",
  READS_TESTDATA,
  async () => {
    for (const kind of ["secp256k1", "rsa_5120"]) {
      const leaf = await readPem(`${kind}_leaf.pem`);
      const root = await readPem(`${kind}_root.pem`);
      const signed = await validate(leaf, { trust: [root] });
      assertEquals(signed.errors, [Result.otherErrors]);
      const selfSigned = await validate(root);
      assert(selfSigned.errors.includes(Result.otherErrors));
    }
  },
);

Deno.test(
  "validateChain() refuses signatures of SHA-1 and MD5",
  READS_TESTDATA,
  async () => {
    for (
      const [keyKind, hash] of [["p256", "SHA-1"], ["rsaSha1", null]] as const
    ) {
      const { root, leaf } = await makePair(keyKind, hash);
      const { errors } = await validate(leaf, { trust: [root] });
      assertEquals(errors, [Result.invalidSignature]);
    }
    const { errors } = await validate(await readPem("md5_leaf.pem"), {
      trust: [await readPem("md5_root.pem")],
    });
    assertEquals(errors, [Result.invalidSignature]);
  },
);

Deno.test(
  "validateChain() does not mind how a root has signed itself",
  PURE,
  async () => {
    const root = await makeRoot({ hash: "SHA-1" });
    const leaf = await makeLeaf({ issuer: root });
    const trusted = await validate(leaf, { trust: [root] });
    assertEquals(trusted.errors, []);
    const sent = await validate(leaf, { send: [root] });
    assertEquals(sent.errors, [Result.untrusted]);
  },
);

Deno.test(
  "validateChain() refuses RSA keys of less than 2048 bits",
  PURE,
  async () => {
    const root = await makeRoot();
    const weakLeaf = await makeLeaf({ issuer: root, keyKind: "rsa1024" });
    const weakRoot = await makeRoot({ keyKind: "rsa1024" });
    const leaf = await makeLeaf({ issuer: weakRoot });
    for (
      const [certificate, trust] of [[weakLeaf, root], [
        leaf,
        weakRoot,
      ]] as const
    ) {
      const { errors } = await validate(certificate, { trust: [trust] });
      assertEquals(errors, [Result.otherErrors]);
    }
  },
);

Deno.test("isWeak() is about the hash function", PURE, () => {
  const value = new Uint8Array();
  const [sha1, sha256] = ["1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"] as const;
  const pss = { saltLength: 20 };
  const algorithm = "1.2.840.113549.1.1.10";
  assert(isWeak({ algorithm, value, pss: { ...pss, hash: sha1 } }));
  assert(!isWeak({ algorithm, value, pss: { ...pss, hash: sha256 } }));
  assert(isWeak({ algorithm: "1.2.840.113549.1.1.5", value, pss: null }));
  assert(!isWeak({ algorithm: "1.2.840.113549.1.1.11", value, pss: null }));
  assert(!isWeak({ algorithm: "1.3.101.112", value, pss: null }));
});

Deno.test(
  "checkSignature() does not know RSASSA-PSS with another hash function",
  PURE,
  async () => {
    const { root, leaf } = await makePair("rsaPss");
    const { publicKey } = await parse(root.der);
    const fields = await parse(leaf.der);
    const pss = { hash: "1.2.3", saltLength: 32 };
    const signature = { ...fields.signature, pss };
    assertEquals(
      await checkSignature(
        { ...fields, signature },
        publicKey,
        await loadPki(),
      ),
      "unsupported",
    );
  },
);
