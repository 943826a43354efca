import { assertEquals, assertThrows } from "@std/assert";
import {
  checkConfig,
  checkModFiles,
  expectedExports,
} from "../../_tools/check_exports.ts";

const ROOT_TEXT = '/** Doc. */\nexport * from "./errors/mod.ts";\n';

Deno.test({
  name: "expectedExports() names subpaths after public files, sorted",
  permissions: "none",
  fn() {
    const exports = expectedExports([
      "mod.ts",
      "sockets/streams/mod.ts",
      "sockets/streams/data_reader.ts",
      "sockets/streams/_slab_pool.ts",
      "sockets/_transport/adapter.ts",
      "errors/bounds_error.ts",
    ]);

    assertEquals(Object.entries(exports), [
      [".", "./mod.ts"],
      ["./bounds-error", "./errors/bounds_error.ts"],
      ["./data-reader", "./sockets/streams/data_reader.ts"],
    ]);
  },
});

Deno.test({
  name: "expectedExports() has one subpath for a folder that is one",
  permissions: "none",
  fn() {
    const exports = expectedExports([
      "mod.ts",
      "sockets/streams/data_reader.ts",
      "sockets/winsock/_libc.ts",
      "sockets/winsock/mod.ts",
      "sockets/winsock/select.ts",
    ]);

    assertEquals(Object.entries(exports), [
      [".", "./mod.ts"],
      ["./data-reader", "./sockets/streams/data_reader.ts"],
      ["./winsock", "./sockets/winsock/mod.ts"],
    ]);
  },
});

Deno.test({
  name: "expectedExports() throws when two files have the same name",
  permissions: "none",
  fn() {
    assertThrows(
      () => expectedExports(["errors/a_b.ts", "sockets/streams/a_b.ts"]),
      Error,
      'Cannot export "sockets/streams/a_b.ts" as "./a-b"',
    );
  },
});

Deno.test({
  name: "checkConfig() finds missing, wrong and dangling subpaths",
  permissions: "none",
  fn() {
    const sources = new Map([
      ["mod.ts", ""],
      ["errors/a.ts", ""],
      ["errors/b.ts", ""],
    ]);
    const exports = {
      ".": "./mod.ts",
      "./b": "./errors/a.ts",
      "./c": "./errors/b.ts",
      "./d": "./errors/d.ts",
    };

    assertEquals(checkConfig(exports, sources), [
      'deno.json: "./a" should be "./errors/a.ts"',
      'deno.json: "./b" should be "./errors/b.ts"',
      'deno.json: "./c": "./errors/b.ts" is not the subpath of that file',
      'deno.json: "./d": "./errors/d.ts" points at no file',
    ]);
    assertEquals(checkConfig(expectedExports(sources.keys()), sources), []);
  },
});

Deno.test({
  name: "checkModFiles() accepts a chain that reaches every public file",
  permissions: "none",
  fn() {
    const sources = new Map([
      ["mod.ts", ROOT_TEXT],
      ["errors/mod.ts", 'export * from "./a.ts";\r\n'],
      ["errors/a.ts", "export const a = 1;"],
      ["errors/_b.ts", "export const b = 1;"],
    ]);

    assertEquals(checkModFiles(sources), []);
  },
});

Deno.test({
  name: "checkModFiles() wants a folder that is a subpath reached by its own",
  permissions: "none",
  fn() {
    const sources = new Map([
      ["mod.ts", ROOT_TEXT],
      ["errors/mod.ts", 'export * from "./a.ts";\n'],
      ["errors/a.ts", ""],
      ["sockets/winsock/mod.ts", 'export * from "./select.ts";\n'],
      ["sockets/winsock/select.ts", ""],
    ]);
    assertEquals(checkModFiles(sources), []);

    sources.set("sockets/winsock/send.ts", "");
    assertEquals(checkModFiles(sources), [
      "sockets/winsock/send.ts: mod.ts does not export it",
    ]);
  },
});

Deno.test({
  name: "checkModFiles() finds what a mod file must not have",
  permissions: "none",
  fn() {
    const sources = new Map([
      ["mod.ts", 'export * from "./errors/mod.ts";\n'],
      [
        "errors/mod.ts",
        [
          'export * from "./_b.ts";',
          'export * from "./c.ts";',
          'export { a } from "./a.ts";',
        ].join("\n"),
      ],
      ["errors/a.ts", ""],
      ["errors/_b.ts", ""],
    ]);

    assertEquals(checkModFiles(sources), [
      "mod.ts: has no module doc",
      "errors/mod.ts: exports the internal errors/_b.ts",
      "errors/mod.ts: exports errors/c.ts, which does not exist",
      'errors/mod.ts: has more than "export *": export { a } from "./a.ts";',
      "errors/a.ts: mod.ts does not export it",
    ]);
  },
});

Deno.test({
  name: "checkModFiles() finds a file that is exported twice",
  permissions: "none",
  fn() {
    const line = 'export * from "./a.ts";\n';
    const sources = new Map([
      ["mod.ts", ROOT_TEXT],
      ["errors/mod.ts", line + line],
      ["errors/a.ts", ""],
    ]);

    assertEquals(checkModFiles(sources), [
      "errors/a.ts: exported more than once",
    ]);
  },
});
