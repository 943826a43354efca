import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createPrivateKey } from "node:crypto";
import { ArgumentError, Certificate } from "../../../mod.ts";
import { certificateStateOf } from "../../../sockets/certificates/_certificate_state.ts";
import { loadCertificates } from "../../../sockets/certificates/_load_certificates.ts";
import {
  CLIENT_AUTHENTICATION,
  encodePem,
  type KeyKind,
  KeyUsageFlags,
  makeAuthority,
  makeCertificate,
  makeLeaf,
  makeRoot,
  SERVER_AUTHENTICATION,
} from "./_make_certificates.ts";

const PURE = { permissions: "none" } as const;

Deno.test("Certificate has what it says", PURE, async () => {
  const made = await makeCertificate({
    subject: "C=DE,O=Tests\\, Inc.,CN=www.example.com",
    serialNumber: "00ff01",
    notBefore: new Date("2026-02-03T04:05:06Z"),
    notAfter: new Date("2126-02-03T04:05:06Z"),
    dnsNames: ["www.example.com", "*.example.org"],
    ipAddresses: ["127.0.0.1", "2001:0db8:0::5"],
    emailNames: ["a@b.example"],
    urls: ["https://example.com/a,b"],
    purposes: [SERVER_AUTHENTICATION, "1.2.3.4"],
    keyUsages: KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement,
  });
  const certificate = await Certificate.fromPem(made.certificatePem);
  assertEquals(certificate.subject, "www.example.com");
  assertEquals(certificate.issuer, "www.example.com");
  assertEquals(
    certificate.subjectName,
    "CN=www.example.com,O=Tests\\, Inc.,C=DE",
  );
  assertEquals(certificate.issuerName, certificate.subjectName);
  assertEquals(certificate.serialNumber, new Uint8Array([0xff, 0x01]));
  assertEquals(certificate.validFrom, new Date("2026-02-03T04:05:06Z"));
  assertEquals(certificate.validTo, new Date("2126-02-03T04:05:06Z"));
  assertEquals(certificate.subjectAlternativeName, {
    dnsNames: ["www.example.com", "*.example.org"],
    emailNames: ["a@b.example"],
    ipAddresses: ["127.0.0.1", "2001:db8::5"],
    urls: ["https://example.com/a,b"],
  });
  assertEquals(certificate.enhancedKeyUsages, [
    SERVER_AUTHENTICATION,
    "1.2.3.4",
  ]);
  assertEquals(certificate.keyUsages, {
    crlSign: false,
    dataEncipherment: false,
    digitalSignature: true,
    encipherOnly: false,
    keyAgreement: true,
    keyCertificateSign: false,
    keyEncipherment: false,
    nonRepudiation: false,
  });
  assertEquals(certificate.friendlyName, "");
  assertEquals(certificate.hasPrivateKey, false);
});

Deno.test(
  "Certificate has nothing where the certificate has none",
  PURE,
  async () => {
    const { der } = await makeCertificate({
      subject: "",
      keyUsages: null,
      purposes: null,
      isAuthority: null,
    });
    const certificate = await Certificate.fromDer(der);
    assertEquals(certificate.subject, "");
    assertEquals(certificate.issuer, "");
    assertEquals(certificate.subjectName, "");
    assertEquals(certificate.enhancedKeyUsages, []);
    assert(Object.values(certificate.keyUsages).every((usage) => !usage));
    assertEquals(Object.values(certificate.subjectAlternativeName).flat(), []);
  },
);

Deno.test(
  "Certificate.subject is the whole name when there is no common name",
  PURE,
  async () => {
    const root = await makeRoot({ subject: "O=Tests,OU=Unit" });
    const leaf = await makeLeaf({ issuer: root, subject: "DC=example,DC=a" });
    const { subject, issuer } = await Certificate.fromDer(leaf.der);
    assertEquals(subject, "DC=a,DC=example");
    assertEquals(issuer, "OU=Unit,O=Tests");
  },
);

Deno.test("Certificate.keyUsages has each usage", PURE, async () => {
  const flags = {
    digitalSignature: KeyUsageFlags.digitalSignature,
    nonRepudiation: KeyUsageFlags.nonRepudiation,
    keyEncipherment: KeyUsageFlags.keyEncipherment,
    dataEncipherment: KeyUsageFlags.dataEncipherment,
    keyAgreement: KeyUsageFlags.keyAgreement,
    keyCertificateSign: KeyUsageFlags.keyCertSign,
    crlSign: KeyUsageFlags.cRLSign,
    encipherOnly: KeyUsageFlags.encipherOnly,
  };
  for (const [name, keyUsages] of Object.entries(flags)) {
    const { der } = await makeCertificate({ keyUsages });
    const usages = (await Certificate.fromDer(der)).keyUsages;
    const set = Object.entries(usages).filter(([, value]) => value);
    assertEquals(set, [[name, true]]);
  }
});

Deno.test(
  "Certificate does not split a name that has commas",
  PURE,
  async () => {
    const hostile = ["x.example, DNS:good.example", "a\0b.example"];
    const { der } = await makeCertificate({ dnsNames: hostile });
    const { subjectAlternativeName } = await Certificate.fromDer(der);
    assertEquals(subjectAlternativeName.dnsNames, hostile);
  },
);

Deno.test(
  "Certificate.getHashValue() hashes the certificate",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const certificate = await Certificate.fromDer(der);
    const algorithms = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];
    for (const algorithm of algorithms) {
      const hash = new Uint8Array(await crypto.subtle.digest(algorithm, der));
      assertEquals(certificate.getHashValue(algorithm), hash);
      assertEquals(certificate.getHashValue(algorithm.replace("-", "")), hash);
    }
    assertEquals(certificate.getHashValue(), certificate.getHashValue("SHA1"));
    assertEquals(certificate.thumbprint, certificate.getHashValue().toHex());
    assertEquals(certificate.thumbprint, certificate.thumbprint);
  },
);

Deno.test(
  "Certificate.getHashValue() refuses other algorithms",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const certificate = await Certificate.fromDer(der);
    for (const algorithm of ["MD5", "sha1", "", "constructor"]) {
      assertThrows(
        () => certificate.getHashValue(algorithm),
        ArgumentError,
        `Cannot hash with ${
          JSON.stringify(algorithm)
        }: it must be one of "SHA1"`,
      );
    }
  },
);

Deno.test(
  "Certificate gives copies of what could be changed",
  PURE,
  async () => {
    const made = await makeLeaf();
    const { der } = made;
    const bytes = der.slice();
    const certificate = await Certificate.fromDer(bytes);
    const before = certificate.thumbprint;
    bytes.fill(0);
    certificate.getCertificateBlob().fill(0);
    certificate.serialNumber.fill(0);
    certificate.validFrom.setTime(0);
    certificate.validTo.setTime(0);
    assertEquals(certificate.getCertificateBlob(), der);
    assertEquals(certificate.serialNumber[0], 0x40);
    assert(certificate.validFrom.getTime() > 0);
    assert(certificate.validTo.getTime() > 0);
    assertEquals(certificate.getHashValue().toHex(), before);
    const { keyUsages, enhancedKeyUsages, subjectAlternativeName } =
      certificate;
    for (
      const frozen of [
        keyUsages,
        enhancedKeyUsages,
        subjectAlternativeName,
        ...Object.values(subjectAlternativeName),
      ]
    ) assert(Object.isFrozen(frozen));
    assertStrictEquals(certificate.keyUsages, keyUsages);
    assertStrictEquals(
      certificate.subjectAlternativeName,
      subjectAlternativeName,
    );
    assertNotStrictEquals(certificate.validTo, certificate.validTo);
  },
);

Deno.test("Certificate.friendlyName can be set", PURE, async () => {
  const { der } = await makeLeaf();
  const certificate = await Certificate.fromDer(der);
  certificate.friendlyName = "mine";
  assertEquals(certificate.friendlyName, "mine");
  assertThrows(
    () => Reflect.set(certificate, "friendlyName", 1),
    ArgumentError,
    "Cannot set friendlyName to 1: it must be a string",
  );
  assertEquals(certificate.friendlyName, "mine");
});

Deno.test(
  "Certificate.fromPem() takes the first certificate and its chain",
  PURE,
  async () => {
    const root = await makeRoot();
    const authority = await makeAuthority({ issuer: root });
    const leaf = await makeLeaf({ issuer: authority });
    const pems = [leaf, authority, root].map((each) => each.certificatePem);
    const text = `# A comment\r\n${pems.join("between\n")}after`
      .replaceAll("\n", "\r\n");
    const certificate = await Certificate.fromPem(text);
    assertEquals(certificate.getCertificateBlob(), leaf.der);
    const { chain, pem, der, privateKey } = certificateStateOf(certificate);
    assertEquals(chain.map((each) => each.getCertificateBlob()), [
      authority.der,
      root.der,
    ]);
    assertEquals(pem, pems.join(""));
    assertEquals(der, leaf.der);
    assertEquals(privateKey, null);
  },
);

const KEY_KINDS: readonly KeyKind[] = [
  "p256",
  "p384",
  "p521",
  "ed25519",
  "rsa",
  "rsaPss",
];

for (const keyKind of KEY_KINDS) {
  Deno.test(
    `Certificate.fromPem() takes a private key of ${keyKind}`,
    PURE,
    async () => {
      const made = await makeLeaf({ keyKind });
      const certificate = await Certificate.fromPem(made.certificatePem, {
        privateKey: made.privateKeyPem,
      });
      assert(certificate.hasPrivateKey);
      assertEquals(
        certificateStateOf(certificate).privateKey?.replaceAll("\n", ""),
        made.privateKeyPem.replaceAll("\n", ""),
      );
    },
  );
}

Deno.test(
  "Certificate.fromPem() takes a private key of PKCS#1 and of SEC1",
  PURE,
  async () => {
    for (
      const [keyKind, type, label] of [
        ["rsa", "pkcs1", "RSA PRIVATE KEY"],
        ["p256", "sec1", "EC PRIVATE KEY"],
      ] as const
    ) {
      const { certificatePem, privateKeyPem } = await makeLeaf({ keyKind });
      const key = createPrivateKey(privateKeyPem);
      const text = `${key.export({ type, format: "pem" })}`;
      assertStringIncludes(text, `-----BEGIN ${label}-----`);
      const certificate = await Certificate.fromPem(certificatePem, {
        // OpenSSL puts such a block in front.
        privateKey: `-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
${text}`,
      });
      const { privateKey } = certificateStateOf(certificate);
      assertStringIncludes(`${privateKey}`, "-----BEGIN PRIVATE KEY-----");
      await Certificate.fromPem(`${certificatePem}${privateKey}`);
    }
  },
);

Deno.test(
  "Certificate.fromPem() takes a private key among the certificates",
  PURE,
  async () => {
    const made = await makeLeaf();
    const { certificatePem, privateKeyPem } = made;
    for (
      const text of [
        `${certificatePem}${privateKeyPem}`,
        `${privateKeyPem}${certificatePem}`,
      ]
    ) {
      const certificate = await Certificate.fromPem(text);
      assert(certificate.hasPrivateKey);
    }
  },
);

Deno.test(
  "Certificate.fromPem() prefers the private key of the options",
  PURE,
  async () => {
    const made = await makeLeaf();
    const other = await makeLeaf();
    const certificate = await Certificate.fromPem(
      `${made.certificatePem}${other.privateKeyPem}`,
      { privateKey: made.privateKeyPem },
    );
    assert(certificate.hasPrivateKey);
  },
);

Deno.test(
  "Certificate.fromPem() refuses the private key of another certificate",
  PURE,
  async () => {
    const made = await makeLeaf();
    for (const keyKind of KEY_KINDS) {
      const { privateKeyPem: privateKey } = await makeLeaf({ keyKind });
      await assertRejects(
        () => Certificate.fromPem(made.certificatePem, { privateKey }),
        ArgumentError,
        "Cannot use the private key: it belongs to another certificate",
      );
    }
  },
);

Deno.test(
  "Certificate.fromPem() refuses what is no private key",
  PURE,
  async () => {
    const made = await makeLeaf();
    const { certificatePem } = made;
    const cases: readonly (readonly [string, string])[] = [
      ["", 'the text has no line "-----BEGIN PRIVATE KEY-----"'],
      [certificatePem, 'the text has no line "-----BEGIN PRIVATE KEY-----"'],
      [
        encodePem("PRIVATE KEY", new Uint8Array(40)),
        "it is not PKCS#8, PKCS#1 or SEC1",
      ],
      [
        encodePem("PRIVATE KEY", new Uint8Array()),
        "it is not PKCS#8, PKCS#1 or SEC1",
      ],
      [
        encodePem("ENCRYPTED PRIVATE KEY", new Uint8Array(40)),
        "it is encrypted",
      ],
      [
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n" +
        "DEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "it is encrypted",
      ],
    ];
    for (const [privateKey, reason] of cases) {
      await assertRejects(
        () => Certificate.fromPem(certificatePem, { privateKey }),
        ArgumentError,
        `Cannot use the private key: ${reason}`,
      );
    }
  },
);

Deno.test("Certificate never shows its private key", PURE, async () => {
  const made = await makeLeaf();
  const certificate = await Certificate.fromPem(made.certificatePem, {
    privateKey: made.privateKeyPem,
  });
  const [, secret = ""] = made.privateKeyPem.split("\n");
  const shown = [
    JSON.stringify(certificate),
    Deno.inspect(certificate, { depth: 9, getters: true, showHidden: true }),
    JSON.stringify({ ...certificate }),
    Object.getOwnPropertyNames(certificate).join(),
    JSON.stringify(structuredClone(certificate)),
  ];
  assert(secret.length > 40);
  for (const text of shown) assert(!text.includes(secret), text);
});

Deno.test("Certificate cannot be constructed", PURE, () => {
  const fake = Reflect.construct(Certificate, [{ fields: {} }]);
  assertThrows(() => fake.subject, TypeError);
});

Deno.test("loadCertificates() makes certificates at once", PURE, async () => {
  const { fromDer } = await loadCertificates();
  const made = await makeLeaf({ purposes: [CLIENT_AUTHENTICATION] });
  const certificate = fromDer(made.der);
  assert(certificate instanceof Certificate);
  assertEquals(certificate.enhancedKeyUsages, [CLIENT_AUTHENTICATION]);
  assertThrows(() => fromDer(new Uint8Array(3)), ArgumentError);
});
