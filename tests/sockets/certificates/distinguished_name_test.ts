import { assertEquals } from "@std/assert";
import * as asn1js from "asn1js";
import { readDistinguishedName } from "../../../sockets/certificates/_distinguished_name.ts";
import { loadPki } from "../../../sockets/certificates/_pki.ts";

const PURE = { permissions: "none" } as const;

type Attribute = readonly [type: string, value: string | asn1js.BaseBlock];

/** Reads a name of sets of attributes, and gives its text. */
async function textOf(
  ...sets: readonly (readonly Attribute[])[]
): Promise<{ readonly text: string; readonly commonName: string | null }> {
  const value = sets.map((set) =>
    new asn1js.Set({
      value: set.map(([type, value]) =>
        new asn1js.Sequence({
          value: [
            new asn1js.ObjectIdentifier({ value: type }),
            typeof value === "string"
              ? new asn1js.Utf8String({ value })
              : value,
          ],
        })
      ),
    })
  );
  const { result } = asn1js.fromBER(new asn1js.Sequence({ value }).toBER());
  const { text, commonName } = readDistinguishedName(result, await loadPki());
  return { text, commonName };
}

const [CN, C, O] = ["2.5.4.3", "2.5.4.6", "2.5.4.10"] as const;

Deno.test(
  "readDistinguishedName() writes the last set first",
  PURE,
  async () => {
    assertEquals(await textOf([[C, "DE"]], [[O, "Tests"]], [[CN, "a"]]), {
      text: "CN=a,O=Tests,C=DE",
      commonName: "a",
    });
    assertEquals(await textOf([[C, "DE"], [O, "Tests"]], [[CN, "a"]]), {
      text: "CN=a,C=DE+O=Tests",
      commonName: "a",
    });
    assertEquals(await textOf(), { text: "", commonName: null });
  },
);

Deno.test(
  "readDistinguishedName() takes the last common name",
  PURE,
  async () => {
    const { commonName } = await textOf([[CN, "a"]], [[CN, "b"]], [[O, "c"]]);
    assertEquals(commonName, "b");
  },
);

Deno.test(
  "readDistinguishedName() has the short names of RFC 4514",
  PURE,
  async () => {
    const types: Readonly<Record<string, string>> = {
      CN,
      L: "2.5.4.7",
      ST: "2.5.4.8",
      O,
      OU: "2.5.4.11",
      C,
      STREET: "2.5.4.9",
      DC: "0.9.2342.19200300.100.1.25",
      UID: "0.9.2342.19200300.100.1.1",
    };
    for (const [name, type] of Object.entries(types)) {
      assertEquals((await textOf([[type, "x"]])).text, `${name}=x`);
    }
  },
);

Deno.test(
  "readDistinguishedName() writes other types as their bytes",
  PURE,
  async () => {
    assertEquals((await textOf([["2.5.4.5", "5"]])).text, "2.5.4.5=#0c0135");
    const number = new asn1js.Integer({ value: 5 });
    assertEquals(await textOf([[CN, number]]), {
      text: "CN=#020105",
      commonName: null,
    });
  },
);

Deno.test(
  "readDistinguishedName() escapes as RFC 4514 has it",
  PURE,
  async () => {
    const cases = [
      ['a,b+c"d\\e<f>g;h', 'a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h'],
      ["#a", "\\#a"],
      ["a#", "a#"],
      [" a ", "\\ a\\ "],
      [" ", "\\ "],
      ["a b", "a b"],
      ["a=b", "a=b"],
      ["a\0b", "a\\00b"],
      ["Bücher", "Bücher"],
    ] as const;
    for (const [value, expected] of cases) {
      assertEquals((await textOf([[CN, value]])).text, `CN=${expected}`);
    }
  },
);

Deno.test(
  "readDistinguishedName() reads all kinds of strings",
  PURE,
  async () => {
    for (
      const value of [
        new asn1js.PrintableString({ value: "name" }),
        new asn1js.BmpString({ value: "name" }),
        new asn1js.UniversalString({ value: "name" }),
        new asn1js.TeletexString({ value: "name" }),
        new asn1js.IA5String({ value: "name" }),
      ]
    ) assertEquals((await textOf([[CN, value]])).commonName, "name");
  },
);
