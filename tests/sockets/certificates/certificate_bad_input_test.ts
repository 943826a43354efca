import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ArgumentError, Certificate } from "../../../mod.ts";
import { loadCertificates } from "../../../sockets/certificates/_load_certificates.ts";
import {
  encodePem,
  Extension,
  makeCertificate,
  makeLeaf,
  makeUnknownExtension,
} from "./_make_certificates.ts";
import { rewrite } from "./_rewrite_der.ts";

const PURE = { permissions: "none" } as const;

function fail(name: string): never {
  throw new Error(`Accepted: ${name}`);
}

/** The message that a certificate is refused with. */
async function refusal(der: Uint8Array, name = "it"): Promise<string> {
  const error = await Certificate.fromDer(der).then(
    () => fail(name),
    (error) => error,
  );
  assert(error instanceof ArgumentError, `${name}: ${error}`);
  assert(error.message.startsWith("Cannot read the certificate: "), name);
  return error.message.slice("Cannot read the certificate: ".length);
}

Deno.test("Certificate refuses arguments of other types", PURE, async () => {
  for (const value of [undefined, null, 1, {}, new ArrayBuffer(8)]) {
    for (const method of ["fromPem", "fromDer", "fromPkcs12"] as const) {
      const call: unknown = Reflect.get(Certificate, method);
      assert(typeof call === "function");
      await assertRejects(
        async () => await call.call(Certificate, value, "secret"),
        ArgumentError,
        "it must be a",
      );
    }
  }
  const { certificatePem, der } = await makeLeaf();
  await assertRejects(
    () => Reflect.apply(Certificate.fromDer, Certificate, ["text"]),
    ArgumentError,
    'Cannot read the certificate from "text": it must be a Uint8Array',
  );
  await assertRejects(
    () =>
      Reflect.apply(Certificate.fromPem, Certificate, [
        certificatePem,
        { privateKey: 1 },
      ]),
    ArgumentError,
    "Cannot read the private key: it must be a string",
  );
  await assertRejects(
    () => Reflect.apply(Certificate.fromPkcs12, Certificate, [der, 1234]),
    ArgumentError,
    "Cannot read the password: it must be a string",
  );
});

Deno.test(
  "Certificate.fromPem() refuses a text without a certificate",
  PURE,
  async () => {
    const { privateKeyPem } = await makeLeaf();
    for (const text of ["", "garbage", "-----BEGIN", privateKeyPem]) {
      await assertRejects(
        () => Certificate.fromPem(text),
        ArgumentError,
        'the text has no line "-----BEGIN CERTIFICATE-----"',
      );
    }
  },
);

Deno.test(
  "Certificate.fromPem() refuses a block that is not whole",
  PURE,
  async () => {
    const { certificatePem } = await makeLeaf();
    await assertRejects(
      () => Certificate.fromPem(certificatePem.slice(0, -20)),
      ArgumentError,
      'a block has no line "-----END CERTIFICATE-----"',
    );
    await assertRejects(
      () => Certificate.fromPem(certificatePem.replace("END CERT", "END REQ")),
      ArgumentError,
      'a block has no line "-----END CERTIFICATE-----"',
    );
    await assertRejects(
      () => Certificate.fromPem(certificatePem.replace("MII", "M!I")),
      ArgumentError,
      'Cannot read the PEM block "CERTIFICATE": it is not base64',
    );
    await assertRejects(
      () => Certificate.fromPem(encodePem("CERTIFICATE", new Uint8Array(9))),
      ArgumentError,
      "Cannot read the certificate",
    );
  },
);

Deno.test(
  "Certificate.fromPem() is quick with a hostile text",
  PURE,
  async () => {
    const begins = "-----BEGIN CERTIFICATE-----\n".repeat(50_000);
    await assertRejects(() => Certificate.fromPem(begins), ArgumentError);
    const blocks = "-----BEGIN A-----\n-----END A-----\n".repeat(50_000);
    await assertRejects(() => Certificate.fromPem(blocks), ArgumentError);
  },
);

Deno.test(
  "Certificate.fromDer() refuses a certificate that is cut off anywhere",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const { fromDer } = await loadCertificates();
    for (let length = 0; length < der.length; length++) {
      const error = (() => {
        try {
          fromDer(der.subarray(0, length));
          return null;
        } catch (error) {
          return error;
        }
      })();
      assert(error instanceof ArgumentError, `${length}: ${error}`);
    }
  },
);

Deno.test(
  "Certificate.fromDer() throws only ArgumentError for a certificate with a changed byte",
  PURE,
  async () => {
    const { der } = await makeLeaf({ ipAddresses: ["::1"], urls: ["a:b"] });
    const { fromDer } = await loadCertificates();
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat({ max: der.length - 1 }), fc.nat({ max: 255 })),
          { minLength: 1, maxLength: 4 },
        ),
        (changes) => {
          const bytes = der.slice();
          for (const [i, byte] of changes) bytes[i] = byte;
          try {
            const certificate = fromDer(bytes);
            // What is read is a certificate that can be looked at.
            assert(!Number.isNaN(certificate.validTo.getTime()));
            assertEquals(certificate.thumbprint.length, 40);
          } catch (error) {
            assert(error instanceof ArgumentError, `${error}`);
          }
        },
      ),
      { numRuns: 500 },
    );
  },
);

Deno.test(
  "Certificate.fromDer() throws only ArgumentError for random bytes",
  PURE,
  async () => {
    const { fromDer } = await loadCertificates();
    const sequences = fc.uint8Array({ maxLength: 200 }).map((bytes) =>
      new Uint8Array([0x30, bytes.length & 0x7f, ...bytes])
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), sequences), (bytes) => {
        try {
          fromDer(bytes);
          return false;
        } catch (error) {
          return error instanceof ArgumentError;
        }
      }),
      { numRuns: 500 },
    );
  },
);

Deno.test(
  "Certificate.fromPem() throws only ArgumentError for random text",
  PURE,
  async () => {
    const text = fc.oneof(
      fc.string(),
      fc.base64String().map((body) =>
        `-----BEGIN CERTIFICATE-----${body}-----END CERTIFICATE-----`
      ),
    );
    await fc.assert(fc.asyncProperty(text, async (text) => {
      await assertRejects(() => Certificate.fromPem(text), ArgumentError);
    }));
  },
);

Deno.test(
  "Certificate.fromDer() refuses large and deep input",
  PURE,
  async () => {
    const deep = new Uint8Array(1 << 20);
    for (let i = 0; i < deep.length; i += 2) deep.set([0x30, 0x80], i);
    const nested = new Uint8Array(200);
    for (let i = 0; i < 100; i++) nested.set([0x30, 198 - 2 * i], 2 * i);
    const wide = new Uint8Array(1 << 20).fill(5);
    for (let i = 0; i < wide.length; i += 2) wide[i + 1] = 0;
    wide.set([0x30, 0x83, 0x0f, 0xff, 0xfb]);
    for (const bytes of [new Uint8Array(1 << 20), deep, nested, wide]) {
      await refusal(bytes);
    }
  },
);

Deno.test(
  "Certificate.fromDer() refuses bytes behind the certificate",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    assertEquals(
      await refusal(new Uint8Array([...der, 0])),
      "there are bytes after its end",
    );
  },
);

Deno.test(
  "Certificate.fromDer() refuses BER that is not DER",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    assertEquals([...der.subarray(0, 2)], [0x30, 0x82]);
    assertEquals(
      await refusal(new Uint8Array([0x30, 0x83, 0, ...der.subarray(2)])),
      "a length in it is not in its shortest form",
    );
    assertEquals(
      await refusal(new Uint8Array([0x30, 0x80, ...der.subarray(4), 0, 0])),
      "a length in it is not in its shortest form",
    );
    const constructed = rewrite(
      der,
      ({ whole }, { BitString, Constructed }) => {
        const [bits] = whole.splice(2, 1);
        assert(bits instanceof BitString);
        whole.push(
          new Constructed({
            idBlock: { tagClass: 1, tagNumber: 3 },
            value: [bits],
          }),
        );
      },
    );
    assertEquals(await refusal(constructed), "a value in it is in parts");
  },
);

Deno.test(
  "Certificate.fromDer() refuses more parts than there may be",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const extra: readonly Parameters<typeof rewrite>[1][] = [
      ({ whole }, { Null }) => whole.push(new Null()),
      ({ signed }, { Null }) => signed.push(new Null()),
      ({ key }, { Null }) => key.push(new Null()),
    ];
    for (const change of extra) {
      assertEquals(
        await refusal(rewrite(der, change)),
        "it has parts that it may not have",
      );
    }
    assertEquals(rewrite(der, () => {}), der);
    const { der: withEmptyList } = await makeCertificate({
      isAuthority: null,
      keyUsages: null,
      purposes: null,
      hasKeyIds: false,
    });
    assertEquals(
      await refusal(withEmptyList),
      "it has parts that it may not have",
    );
  },
);

Deno.test(
  "Certificate.fromDer() refuses two signature algorithms",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const changed = rewrite(der, ({ algorithm }, { ObjectIdentifier }) => {
      algorithm[0] = new ObjectIdentifier({ value: "1.2.840.10045.4.3.3" });
    });
    assertEquals(await refusal(changed), "it has two signature algorithms");
  },
);

Deno.test(
  "Certificate.fromDer() refuses dates that are not valid",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const times = [
      [23, "261301000000Z"],
      [23, "260230000000Z"],
      [23, "2601010000Z"],
      [23, "260101000000+0100"],
      [23, "a60101000000Z"],
      [23, ""],
      [24, "20260101000000"],
      [24, "20260101000000+0100"],
      [24, "20260132000000Z"],
      [24, "2026010100Z"],
      [24, "x"],
    ] as const;
    for (const [tagNumber, text] of times) {
      const changed = rewrite(der, ({ validity }, { VisibleString }) => {
        const time = new VisibleString({ value: text });
        time.idBlock.tagNumber = tagNumber;
        validity[0] = time;
      });
      await refusal(changed, text);
    }
  },
);

Deno.test(
  "Certificate.fromDer() refuses versions that do not fit",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    for (
      const [version, reason] of [
        [0, "it has extensions, but not version 3"],
        [1, "it has extensions, but not version 3"],
        [3, "its version is not known"],
        [127, "its version is not known"],
      ] as const
    ) {
      const changed = rewrite(der, ({ version: parts }, { Integer }) => {
        parts[0] = new Integer({ value: version });
      });
      assertEquals(await refusal(changed), reason);
    }
  },
);

Deno.test("Certificate.fromDer() reads odd serial numbers", PURE, async () => {
  const { der } = await makeLeaf();
  for (
    const [bytes, expected] of [
      [[0], [0]],
      [[0xff], [0xff]],
      [[0x80, 1], [0x80, 1]],
      [[0, 0x80], [0x80]],
      [Array(40).fill(7), Array(40).fill(7)],
    ] as const
  ) {
    const changed = rewrite(der, ({ signed }, { Integer }) => {
      const valueHex = new Uint8Array(bytes).buffer;
      signed[1] = new Integer({ valueHex });
    });
    const { serialNumber } = await Certificate.fromDer(changed);
    assertEquals([...serialNumber], [...expected]);
  }
});

Deno.test(
  "Certificate.fromDer() refuses an extension that is there twice",
  PURE,
  async () => {
    const twice = makeUnknownExtension(false);
    const { der } = await makeCertificate({ extensions: [twice, twice] });
    assertEquals(await refusal(der), "it has an extension twice");
  },
);

/** Of name constraints: the DNS name "a" is permitted. */
const PERMITTED_A = [0xa0, 5, 0x30, 3, 0x82, 1, 0x61];

Deno.test(
  "Certificate.fromDer() refuses extensions that cannot be read",
  PURE,
  async () => {
    const bad: Readonly<Record<string, readonly (readonly number[])[]>> = {
      // Key usage.
      "2.5.29.15": [[], [5, 0], [4, 1, 0], [3, 2, 9, 0], [3, 2, 1, 2, 0]],
      // Subject alternative name: names of no kind, a DNS name in parts, and a
      // directory name without.
      "2.5.29.17": [
        [],
        [5, 0],
        [0x30, 3, 0x82, 2, 0x61],
        [0x30, 2, 0x89, 0],
        [0x30, 3, 0x16, 1, 0x61],
        [0x30, 5, 0xa2, 3, 0x16, 1, 0x61],
        [0x30, 4, 0x84, 2, 0x30, 0],
      ],
      // Basic constraints: 1 for true, a negative length, a second length.
      "2.5.29.19": [
        [],
        [0x30, 3, 1, 1, 1],
        [0x30, 4, 1, 2, 0xff, 0xff],
        [0x30, 6, 1, 1, 0xff, 2, 1, 0xff],
        [0x30, 9, 1, 1, 0xff, 2, 1, 0, 5, 1, 0],
        [0x30, 13, 1, 1, 0xff, 2, 8, 0x7f, 1, 1, 1, 1, 1, 1, 1],
        [0x30, 1, 1],
      ],
      // Extended key usage.
      "2.5.29.37": [[], [0x30, 0], [0x30, 2, 5, 0], [5, 0], [0x30, 1, 6]],
      // Name constraints: a mask that is missing, a minimum, a maximum, no
      // list, one without names, two of a kind, one of no kind, no name in one.
      "2.5.29.30": [
        [],
        [5, 0],
        [0x30, 10, 0xa1, 8, 0x30, 6, 0x87, 4, 1, 2, 3, 4],
        [0x30, 10, 0xa0, 8, 0x30, 6, 0x82, 1, 0x61, 0x80, 1, 1],
        [0x30, 10, 0xa0, 8, 0x30, 6, 0x82, 1, 0x61, 0x81, 1, 0],
        [0x30, 7, 0x80, 5, 0x30, 3, 0x82, 1, 0x61],
        [0x30, 2, 0xa1, 0],
        [0x30, 14, ...PERMITTED_A, ...PERMITTED_A],
        [0x30, 7, 0xa2, 5, 0x30, 3, 0x82, 1, 0x61],
        [0x30, 4, 0xa0, 2, 0x30, 0],
        [0x30, 5, 0xa0, 3, 0x82, 1, 0x61],
      ],
    };
    for (const [id, values] of Object.entries(bad)) {
      for (const value of values) {
        const { der } = await makeCertificate({
          isAuthority: null,
          keyUsages: null,
          purposes: null,
          extensions: [new Extension(id, false, new Uint8Array(value))],
        });
        await refusal(der, `${id}: ${value}`);
      }
    }
  },
);

Deno.test(
  "Certificate.fromDer() reads name constraints with a minimum of 0",
  PURE,
  async () => {
    const value = [0x30, 10, 0xa0, 8, 0x30, 6, 0x82, 1, 0x61, 0x80, 1, 0];
    const extension = new Extension("2.5.29.30", true, new Uint8Array(value));
    const { der } = await makeCertificate({ extensions: [extension] });
    await Certificate.fromDer(der);
  },
);

Deno.test("Certificate leaves out addresses that are none", PURE, async () => {
  const value = new Uint8Array([0x30, 7, 0x87, 5, 1, 2, 3, 4, 5]);
  const { der } = await makeCertificate({
    extensions: [new Extension("2.5.29.17", false, value)],
  });
  const { subjectAlternativeName } = await Certificate.fromDer(der);
  assertEquals(subjectAlternativeName.ipAddresses, []);
});
