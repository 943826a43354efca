import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { ArgumentError, Certificate } from "../../../mod.ts";
import {
  makeLeaf,
  makeRoot,
  SERVER_AUTHENTICATION,
} from "./_make_certificates.ts";
import { rewrite } from "./_rewrite_der.ts";
import { withUnusedBit } from "./_sign_anew.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "Certificate.fromDer() rejects a signature with bits that do not count, which is not signed",
  PURE,
  async () => {
    const issuer = await makeRoot();
    const { der } = await makeLeaf({ issuer });
    const changed = withUnusedBit(der);
    assertNotEquals(changed, der);
    assertEquals(changed.length, der.length);
    await assertRejects(
      () => Certificate.fromDer(changed),
      ArgumentError,
      "no whole number of bytes",
    );
  },
);

Deno.test(
  "Certificate.fromDer() rejects a key with bits that do not count",
  PURE,
  async () => {
    const { der } = await makeLeaf();
    const changed = rewrite(der, ({ key }, asn1) => {
      const [, bits] = key;
      if (!(bits instanceof asn1.BitString)) throw new TypeError("No bits");
      const valueHex = new Uint8Array(bits.valueBlock.valueHexView).buffer;
      key[1] = new asn1.BitString({ valueHex, unusedBits: 1 });
    });
    await assertRejects(() => Certificate.fromDer(changed), ArgumentError);
  },
);

Deno.test(
  "Certificate.fromDer() rejects a sequence that is shorter or longer than its parts",
  PURE,
  async () => {
    const { der } = await makeLeaf({
      subject: "CN=Leaf",
      purposes: [SERVER_AUTHENTICATION],
    });
    // The one of the extended key usage, which has one purpose.
    const sequence = [4, 12, 48, 10, 6, 8];
    const start = der.findIndex((_, i) =>
      sequence.every((byte, j) => der[i + j] === byte)
    );
    for (const change of [-1, 1]) {
      const changed = der.with(start + 3, 10 + change);
      await assertRejects(() => Certificate.fromDer(changed), ArgumentError);
    }
    await Certificate.fromDer(der);
  },
);
