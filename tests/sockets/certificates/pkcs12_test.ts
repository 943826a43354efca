import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { ArgumentError, Certificate } from "../../../mod.ts";
import { certificateStateOf } from "../../../sockets/certificates/_certificate_state.ts";
import { decodePem, splitPem } from "../../../sockets/certificates/_pem.ts";
import {
  type MadeCertificate,
  makeLeaf,
  makeRoot,
} from "./_make_certificates.ts";
import { READS_TESTDATA, readTestdata } from "./_testdata.ts";

/** Asserts that a file is refused, without telling the password. */
async function assertRefused(
  bytes: Uint8Array,
  password: string,
  reason: string,
): Promise<void> {
  const error = await assertRejects(
    () => Certificate.fromPkcs12(bytes, password),
    ArgumentError,
    reason,
  );
  const shown = Deno.inspect(error);
  assert(password.length < 4 || !shown.includes(password), shown);
}

for (
  const [file, password] of [
    ["aes_256", "secret"],
    ["aes_128", "secret"],
    ["no_mac", "secret"],
    ["no_encryption", "secret"],
    ["password_empty", ""],
    ["password_utf8", "pässwörd"],
  ] as const
) {
  Deno.test(
    `Certificate.fromPkcs12() reads ${file}.pfx`,
    READS_TESTDATA,
    async () => {
      const bytes = await readTestdata(`${file}.pfx`);
      const certificate = await Certificate.fromPkcs12(bytes, password);
      assertEquals(certificate.subject, "leaf");
      assertEquals(certificate.friendlyName, "The leaf, ü");
      assert(certificate.hasPrivateKey);
      const { chain, privateKey, pem } = certificateStateOf(certificate);
      assertEquals(chain.map(({ subject }) => subject), ["authority", "root"]);
      assert(privateKey !== null);
      assert(privateKey.startsWith("-----BEGIN PRIVATE KEY-----\n"));
      const again = await Certificate.fromPem(pem, { privateKey });
      assertEquals(again.thumbprint, certificate.thumbprint);
    },
  );
}

for (
  const [file, subject] of [["rsa", "RSA"], ["ed25519", "ED25519"]] as const
) {
  Deno.test(
    `Certificate.fromPkcs12() reads ${file}.pfx`,
    READS_TESTDATA,
    async () => {
      const bytes = await readTestdata(`${file}.pfx`);
      const certificate = await Certificate.fromPkcs12(bytes, "secret");
      assertEquals(certificate.subject, subject);
      assertEquals(certificate.friendlyName, "");
      const { chain, pem, privateKey } = certificateStateOf(certificate);
      assertEquals(chain, []);
      assert(privateKey !== null);
      await Certificate.fromPem(pem, { privateKey });
    },
  );
}

Deno.test(
  "Certificate.fromPkcs12() reads a file without a private key",
  READS_TESTDATA,
  async () => {
    const bytes = await readTestdata("no_key.pfx");
    const certificate = await Certificate.fromPkcs12(bytes, "secret");
    assertEquals(certificate.subject, "leaf");
    assertEquals(certificate.hasPrivateKey, false);
  },
);

Deno.test(
  "Certificate.fromPkcs12() tells of a wrong password",
  READS_TESTDATA,
  async () => {
    const reason = "Cannot read the PKCS#12 file: the password is wrong";
    for (const file of ["aes_256", "aes_128", "no_encryption", "rc2_40"]) {
      const bytes = await readTestdata(`${file}.pfx`);
      for (const password of ["Secret", "wrong password", ""]) {
        await assertRefused(bytes, password, reason);
      }
    }
    const withoutMac = await readTestdata("no_mac.pfx");
    await assertRefused(
      withoutMac,
      "wrong password",
      `${reason}, or it is damaged`,
    );
  },
);

Deno.test(
  "Certificate.fromPkcs12() names what it does not support",
  READS_TESTDATA,
  async () => {
    for (
      const [file, reason] of [
        ["rc2_40", "it is encrypted with RC2 with 40 bits, which"],
        ["rc2_128", "it is encrypted with RC2 with 128 bits, which"],
        ["triple_des", "it is encrypted with 3DES, which"],
        ["triple_des_key", "it is encrypted with 3DES, which"],
        ["triple_des_pbes2", "it is encrypted with 3DES, which"],
        [
          "mac_sha224",
          "it is protected with the algorithm 2.16.840.1.101.3.4.2.4, which",
        ],
      ] as const
    ) {
      const bytes = await readTestdata(`${file}.pfx`);
      await assertRefused(
        bytes,
        "secret",
        `Cannot read the PKCS#12 file: ${reason} is not supported: turn it into PEM with "openssl pkcs12 -legacy -nodes"`,
      );
    }
  },
);

Deno.test(
  "Certificate.fromPkcs12() does not hash for minutes",
  READS_TESTDATA,
  async () => {
    const bytes = await readTestdata("many_iterations.pfx");
    const start = performance.now();
    await assertRefused(bytes, "secret", "hashed more than 1000000 times");
    assert(performance.now() - start < 1_000);
  },
);

Deno.test(
  "Certificate.fromPkcs12() refuses what is no PKCS#12",
  READS_TESTDATA,
  async () => {
    const { der, certificatePem } = await makeLeaf();
    for (
      const bytes of [
        new Uint8Array(),
        new Uint8Array(1 << 20),
        der,
        new TextEncoder().encode(certificatePem),
      ]
    ) await assertRefused(bytes, "secret", "it is none, or it is damaged");
  },
);

Deno.test(
  "Certificate.fromPkcs12() throws only ArgumentError for a file that is cut off",
  READS_TESTDATA,
  async () => {
    const bytes = await readTestdata("no_encryption.pfx");
    for (let length = 0; length < bytes.length; length += 7) {
      await assertRejects(
        () => Certificate.fromPkcs12(bytes.subarray(0, length), "secret"),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  "Certificate.fromPkcs12() throws only ArgumentError for a file with a changed byte",
  READS_TESTDATA,
  async () => {
    const bytes = await readTestdata("no_mac.pfx");
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.nat({ max: 255 }),
        async (i, byte) => {
          const changed = bytes.slice();
          changed[i] = byte;
          try {
            await Certificate.fromPkcs12(changed, "secret");
          } catch (error) {
            assert(error instanceof ArgumentError, `${i} ${byte} ${error}`);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
);

/** Makes a file without a MAC. */
function makeFile(safeBags: pkijs.SafeBag[]): Uint8Array<ArrayBuffer> {
  const contents = new pkijs.SafeContents({ safeBags });
  const safe = new pkijs.AuthenticatedSafe({
    safeContents: [toData(contents.toSchema().toBER())],
  });
  const pfx = new pkijs.PFX({ authSafe: toData(safe.toSchema().toBER()) });
  return new Uint8Array(pfx.toSchema().toBER());
}

function toData(content: ArrayBuffer): pkijs.ContentInfo {
  return new pkijs.ContentInfo({
    contentType: pkijs.ContentInfo.DATA,
    content: new asn1js.OctetString({ valueHex: content }),
  });
}

function toKeyBag({ privateKeyPem }: MadeCertificate): pkijs.SafeBag {
  const [block] = splitPem(privateKeyPem);
  assert(block !== undefined);
  const bagValue = pkijs.PrivateKeyInfo.fromBER(decodePem(block));
  return new pkijs.SafeBag({ bagId: "1.2.840.113549.1.12.10.1.1", bagValue });
}

function toCertificateBag({ der }: MadeCertificate): pkijs.SafeBag {
  const parsedValue = pkijs.Certificate.fromBER(der);
  const bagValue = new pkijs.CertBag({ parsedValue });
  return new pkijs.SafeBag({ bagId: "1.2.840.113549.1.12.10.1.3", bagValue });
}

Deno.test(
  "Certificate.fromPkcs12() takes the certificate of the private key",
  READS_TESTDATA,
  async () => {
    const root = await makeRoot();
    const leaf = await makeLeaf({ issuer: root });
    const other = await makeLeaf({ subject: "CN=Other" });
    const bags = [other, root, leaf].map(toCertificateBag);
    for (const all of [[...bags, toKeyBag(leaf)], [toKeyBag(leaf), ...bags]]) {
      const certificate = await Certificate.fromPkcs12(makeFile(all), "");
      assertEquals(certificate.subject, "Leaf");
      const { chain } = certificateStateOf(certificate);
      assertEquals(chain.map(({ subject }) => subject), ["Root", "Other"]);
    }
  },
);

Deno.test(
  "Certificate.fromPkcs12() passes over private keys of others",
  READS_TESTDATA,
  async () => {
    const [leaf, other] = [await makeLeaf(), await makeLeaf()];
    const bags = [toKeyBag(other), toKeyBag(leaf), toCertificateBag(leaf)];
    const certificate = await Certificate.fromPkcs12(makeFile(bags), "");
    assert(certificate.hasPrivateKey);
    await assertRefused(
      makeFile([toKeyBag(other), toCertificateBag(leaf)]),
      "",
      "its private key belongs to none of its certificates",
    );
  },
);

Deno.test(
  "Certificate.fromPkcs12() refuses a file without a certificate",
  READS_TESTDATA,
  async () => {
    const bags = [toKeyBag(await makeLeaf())];
    await assertRefused(makeFile(bags), "", "it has no certificate");
  },
);

Deno.test(
  "Certificate.fromPkcs12() refuses a file that is protected by a key",
  READS_TESTDATA,
  async () => {
    const { DATA, SIGNED_DATA } = pkijs.ContentInfo;
    const file = pkijs.PFX.fromBER(makeFile([]));
    assertEquals(file.authSafe.contentType, DATA);
    file.authSafe.contentType = SIGNED_DATA;
    file.authSafe.content = new asn1js.Sequence();
    await assertRefused(
      new Uint8Array(file.toSchema().toBER()),
      "",
      "it is protected by a key, not by a password",
    );
  },
);
