import { assertEquals } from "@std/assert";
import { checkModule, checkModuleDoc } from "../../_tools/check_docs.ts";
import type { DocModule } from "../../_tools/_doc_types.ts";

const permissions = { read: true, run: true } as const;

/** What is wrong with the docs of a file, without the places. */
async function check(path: string): Promise<string[]> {
  const { href } = new URL(path, import.meta.url);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", href],
    stdin: "null",
  });
  const { stdout } = await command.output();
  const { nodes }: { readonly nodes: Readonly<Record<string, DocModule>> } =
    JSON.parse(new TextDecoder().decode(stdout));
  return Object.values(nodes).flatMap(checkModule)
    .map((problem) => problem.replace(/^\S+ /, ""));
}

Deno.test({
  name: "checkModule() accepts docs that have all",
  permissions,
  async fn() {
    assertEquals(await check("./testdata/documented.ts"), []);
  },
});

Deno.test({
  name: "checkModule() finds what docs lack",
  permissions,
  async fn() {
    assertEquals(await check("./testdata/undocumented.ts"), [
      "f has no doc",
      'f has no @param for "a"',
      'f has no @param for "b"',
      'f has no @typeParam for "T"',
      'f has a @param for "z", which it does not take',
      "f has no @returns",
      "f has no @example",
      "A has no @example",
      "A.a has no doc",
      "A.b has no doc",
      "A.c has no @example",
      "A.c has no doc",
      "C has no @example",
      "C.a has no doc",
      'D has a snippet without an assertion of "@std/assert"',
      "D has a snippet that imports a file, not a public subpath",
      "D @example has no title",
      "D has a snippet that is not ```ts",
      "D has no ```ts snippet",
      "N has no doc",
    ]);
  },
});

Deno.test({
  name: "checkModuleDoc() wants an example",
  permissions: "none",
  fn() {
    assertEquals(checkModuleDoc({}), ["mod.ts: has no ```ts snippet"]);
    assertEquals(checkModuleDoc({}, "sockets/winsock/mod.ts"), [
      "sockets/winsock/mod.ts: has no ```ts snippet",
    ]);
  },
});
