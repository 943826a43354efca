import { assert, assertEquals } from "@std/assert";
import { Certificate } from "../../../mod.ts";
import {
  createRootStore,
  systemRoots,
} from "../../../sockets/certificates/_system_roots.ts";
import { read, validate } from "./_certificates.ts";
import { encodePem, makeLeaf, makeRoot } from "./_make_certificates.ts";

const PURE = { permissions: "none" } as const;

Deno.test("systemRoots() is null without the permission", PURE, async () => {
  assertEquals(await systemRoots(), null);
});

Deno.test("systemRoots() has the roots of Mozilla with the permission", {
  permissions: { read: true, run: true },
}, async () => {
  const script = new URL("_print_roots.ts", import.meta.url);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-sys", script.href],
    stdin: "null",
    // A store of the machine that is not there is none.
    env: { SSL_CERT_FILE: "/nonexistent" },
  });
  const { stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  const { found, errors, isSame } = JSON.parse(text);
  assertEquals(found, ["ISRG Root X1"]);
  assertEquals(errors, []);
  assert(isSame);
});

Deno.test(
  "RootStore.findIssuers() finds roots by the name of the issuer",
  PURE,
  async () => {
    const root = await makeRoot();
    const sameName = await makeRoot();
    const other = await makeRoot({ subject: "CN=Other" });
    const pems = [other, root, sameName].map((each) => each.certificatePem);
    const store = await createRootStore(pems);
    const leaf = await makeLeaf({ issuer: root });
    const found = store.findIssuers(await read(leaf));
    assertEquals(
      found.map((each) => each.getCertificateBlob()),
      [root.der, sameName.der],
    );
    // They are parsed once.
    assertEquals(store.findIssuers(await read(leaf)), found);
    assert(store.findIssuers(await read(leaf))[0] === found[0]);
    const stranger = await makeLeaf();
    assertEquals(store.findIssuers(await read(stranger)), []);
  },
);

Deno.test("RootStore leaves out what cannot be read", PURE, async () => {
  const root = await makeRoot();
  const twice = new Uint8Array([...root.der, 0]);
  const store = await createRootStore([
    "garbage",
    encodePem("CERTIFICATE", new Uint8Array(9)),
    encodePem("CERTIFICATE", twice),
    root.certificatePem,
  ]);
  const leaf = await makeLeaf({ issuer: root });
  const found = store.findIssuers(await read(leaf));
  assertEquals(found.map((each) => each.getCertificateBlob()), [root.der]);
});

Deno.test("RootStore serves as anchors of a chain", PURE, async () => {
  const root = await makeRoot();
  const store = await createRootStore([root.certificatePem]);
  const leaf = await makeLeaf({ issuer: root });
  const verdict = await validate(leaf, {
    anchors: (certificate) => store.findIssuers(certificate),
  });
  assertEquals(verdict.errors, []);
  assert(verdict.chain[1] instanceof Certificate);
});
