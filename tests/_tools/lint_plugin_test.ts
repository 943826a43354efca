import { assertEquals } from "@std/assert";
import plugin from "../../_tools/lint_plugin.ts";

/** The rules that a source breaks, with the text that breaks them. */
function lint(source: string, filename = "/p/sockets/streams/a.ts"): string[] {
  return Deno.lint.runPlugin(plugin, filename, source).map(
    ({ id, range: [start, end] }) => `${id}: ${source.slice(start, end)}`,
  );
}

/** What is reported about the message of an error. */
function lintMessage(argument: string): string[] {
  const source = `throw new SocketError(${argument});`;
  return Deno.lint.runPlugin(plugin, "/p/a.ts", source)
    .map(({ message }) => message);
}

Deno.test("sockets/private-field refuses keywords, save for constructors", () => {
  assertEquals(
    lint("class A { private a = 1; protected b() {} #c = 1; d = 1; }"),
    [
      "sockets/private-field: private a = 1;",
      "sockets/private-field: protected b() {}",
    ],
  );
  assertEquals(lint("class A { private constructor() {} }"), []);
});

Deno.test("sockets/top-level-function refuses arrow functions at the top", () => {
  assertEquals(lint("const f = () => 1; export const g = () => 2;"), [
    "sockets/top-level-function: () => 1",
    "sockets/top-level-function: () => 2",
  ]);
  assertEquals(lint("function f() { const g = () => 1; return g; }"), []);
  assertEquals(lint("const a = [1].map((x) => x);"), []);
});

Deno.test("sockets/naming refuses names in another style", () => {
  assertEquals(
    lint(
      "class a_b {} interface c {} type d = 1; function E() {} class F { G() {} }",
    ),
    [
      "sockets/naming: a_b",
      "sockets/naming: c",
      "sockets/naming: d",
      "sockets/naming: E",
      "sockets/naming: G",
    ],
  );
  assertEquals(
    lint("class HResult { cancelIOAsync() {} [Symbol.dispose]() {} }"),
    [],
  );
});

Deno.test("sockets/error-message refuses what the style guide refuses", () => {
  assertEquals(lintMessage('"cannot read"'), [
    "Error message starts with a lower-case letter",
  ]);
  assertEquals(lintMessage("`Cannot read ${a}.`"), [
    "Error message ends with a period",
  ]);
  assertEquals(lintMessage('"Can\'t read"'), [
    "Error message has a contraction",
  ]);
});

Deno.test("sockets/error-message accepts messages of the usual form", () => {
  assertEquals(lintMessage('`Cannot read "${a}": closed`'), []);
  assertEquals(lintMessage("`${action}: refused`, hresult"), []);
  assertEquals(lintMessage("message"), []);
  assertEquals(lintMessage(""), []);
  assertEquals(lint('throw new Error("low.");', "/p/a_test.ts"), []);
});

Deno.test("sockets/function-parameters wants options after two parameters", () => {
  assertEquals(lint("export function f(a, b, c) {}"), [
    "sockets/function-parameters: function f(a, b, c) {}",
  ]);
  assertEquals(lint("export function f(a, b, options, d) {}").length, 1);
  assertEquals(lint("export function f(a, b, options) {}"), []);
  assertEquals(lint("export function f(a, b, { c } = {}) {}"), []);
  assertEquals(lint("export function f(a, b, c) {}", "/p/errors/_a.ts"), []);
});

Deno.test("sockets/transport-only refuses to open sockets elsewhere", () => {
  assertEquals(lint("Deno.connect(a); globalThis.Deno.listen(a);"), [
    "sockets/transport-only: Deno.connect",
    "sockets/transport-only: globalThis.Deno.listen",
  ]);
  assertEquals(lint('Deno["listenTls"](a); const { startTls } = Deno;'), [
    'sockets/transport-only: Deno["listenTls"]',
    "sockets/transport-only: startTls",
  ]);
  assertEquals(
    lint("Deno.resolveDns(a); this.connect(a); /* Deno.listen */"),
    [],
  );
});

Deno.test("sockets/transport-only accepts transports, tests and the rest", () => {
  for (
    const filename of [
      "/p/sockets/_transport/a.ts",
      "/p/tests/sockets/streams/a_test.ts",
      "/p/bench/a_bench.ts",
      "C:\\p\\sockets\\_transport\\a.ts",
    ]
  ) assertEquals(lint("Deno.connect(a);", filename), [], filename);
  const windows = "C:\\p\\sockets\\streams\\a.ts";
  assertEquals(lint("Deno.connect(a);", windows).length, 1);
});
