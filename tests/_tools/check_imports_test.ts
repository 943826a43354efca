import { assertEquals } from "@std/assert";
import { checkImports, findCycles } from "../../_tools/check_imports.ts";

/** The problems of one import. */
function checkOne(path: string, target: string): string[] {
  const prefix = `${path}: imports ${target}: `;
  const all = new Map([[path, [target]]]);
  return checkImports({ all, code: all })
    .filter((problem) => problem.startsWith(prefix))
    .map((problem) => problem.slice(prefix.length));
}

const WRONG_WAY = ["points the wrong way"];
const INTERNAL = ["it is internal to its folder"];

Deno.test({
  name: "checkImports() accepts imports of lower layers",
  permissions: "none",
  fn() {
    for (
      const [path, target] of [
        ["sockets/streams/a.ts", "errors/b.ts"],
        ["sockets/streams/a.ts", "errors/_classify.ts"],
        ["sockets/web_socket/a.ts", "errors/_web_failure.ts"],
        ["sockets/streams/a.ts", "sockets/streams/_b.ts"],
        ["sockets/winsock/a.ts", "errors/b.ts"],
        ["sockets/_transport/a.ts", "sockets/_transport/b.ts"],
        ["sockets/_transport/a.ts", "sockets/streams/_send_queue.ts"],
        ["sockets/_transport/a.ts", "sockets/winsock/_b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/_transport/b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/addressing/_b.ts"],
        ["sockets/certificates/a.ts", "sockets/addressing/_b.ts"],
        ["sockets/_transport/a.ts", "sockets/certificates/_peer_verdict.ts"],
        ["sockets/stream_socket/a.ts", "sockets/certificates/_severity.ts"],
        ["sockets/web_socket/a.ts", "sockets/stream_socket/b.ts"],
        ["sockets/web_socket/a.ts", "sockets/addressing/_b.ts"],
        ["sockets/web_socket/a.ts", "sockets/streams/_stream_of_bytes.ts"],
        ["sockets/datagram_socket/a.ts", "sockets/streams/_stream_of_bytes.ts"],
        ["sockets/_broker/a.ts", "sockets/winsock/_b.ts"],
        ["sockets/_broker/server/a.ts", "sockets/winsock/_b.ts"],
        ["sockets/_broker/a.ts", "sockets/broker/socket_activity_kind.ts"],
        ["sockets/stream_socket/a.ts", "sockets/_broker/b.ts"],
        [
          "sockets/stream_socket/a.ts",
          "sockets/broker/socket_activity_context.ts",
        ],
        ["sockets/broker/a.ts", "sockets/_broker/b.ts"],
        ["sockets/broker/a.ts", "sockets/_broker/server/main.ts"],
        ["sockets/broker/a.ts", "sockets/stream_socket/b.ts"],
        ["sockets/mod.ts", "sockets/web_socket/mod.ts"],
        ["sockets/streams/a.ts", "std/async/mod.ts"],
        ["sockets/streams/a.ts", "node:os"],
      ] as const
    ) {
      assertEquals(checkOne(path, target), [], `${path} → ${target}`);
    }
  },
});

Deno.test({
  name: "checkImports() refuses imports of higher and of neighbouring layers",
  permissions: "none",
  fn() {
    for (
      const [path, target] of [
        ["errors/a.ts", "sockets/streams/b.ts"],
        ["sockets/addressing/a.ts", "sockets/streams/b.ts"],
        ["sockets/streams/a.ts", "sockets/_transport/b.ts"],
        ["sockets/winsock/a.ts", "sockets/streams/b.ts"],
        ["sockets/certificates/a.ts", "sockets/_transport/b.ts"],
        ["sockets/streams/a.ts", "sockets/certificates/b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/datagram_socket/b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/winsock/b.ts"],
        ["sockets/broker/a.ts", "sockets/web_socket/b.ts"],
        ["sockets/_broker/a.ts", "sockets/stream_socket/b.ts"],
        ["sockets/_broker/a.ts", "sockets/broker/b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/broker/b.ts"],
        [
          "sockets/broker/socket_activity_kind.ts",
          "sockets/stream_socket/b.ts",
        ],
      ] as const
    ) {
      assertEquals(checkOne(path, target), WRONG_WAY, `${path} → ${target}`);
    }
  },
});

Deno.test({
  name: "checkImports() refuses internal files of other folders",
  permissions: "none",
  fn() {
    for (
      const [path, target] of [
        ["sockets/streams/a.ts", "errors/_failure_table.ts"],
        ["sockets/web_socket/a.ts", "errors/_web_failure_table.ts"],
        ["sockets/stream_socket/a.ts", "sockets/streams/_slab_pool.ts"],
        ["sockets/stream_socket/a.ts", "sockets/certificates/_pem.ts"],
        ["sockets/stream_socket/a.ts", "sockets/streams/_stream_of_bytes.ts"],
        ["sockets/web_socket/a.ts", "sockets/stream_socket/_b.ts"],
        ["sockets/broker/a.ts", "sockets/addressing/_b.ts"],
        ["sockets/stream_socket/a.ts", "sockets/_broker/server/b.ts"],
      ] as const
    ) {
      assertEquals(checkOne(path, target), INTERNAL, `${path} → ${target}`);
    }
  },
});

Deno.test({
  name: "checkImports() lets an internal folder import what is beside it",
  permissions: "none",
  fn() {
    const inner = "sockets/streams/_inner/a.ts";

    assertEquals(checkOne(inner, "sockets/streams/_b.ts"), []);
    assertEquals(checkOne("sockets/streams/a.ts", inner), []);
    assertEquals(checkOne("sockets/streams/other/a.ts", inner), INTERNAL);
  },
});

Deno.test({
  name: "checkImports() lets only transports open sockets by node modules",
  permissions: "none",
  fn() {
    assertEquals(checkOne("sockets/_transport/a.ts", "node:net"), []);
    assertEquals(checkOne("sockets/stream_socket/a.ts", "node:net"), [
      "only sockets/_transport/ may",
    ]);
  },
});

Deno.test({
  name: "checkImports() lets certificates alone use what certificates need",
  permissions: "none",
  fn() {
    const roots = "sockets/certificates/_system_roots.ts";
    assertEquals(checkOne(roots, "node:tls"), []);
    assertEquals(checkOne(roots, "node:net"), ["only sockets/_transport/ may"]);
    assertEquals(checkOne("sockets/certificates/a.ts", "node:tls"), [
      "only sockets/_transport/ may",
    ]);
    assertEquals(checkOne("sockets/certificates/a.ts", "pkijs"), []);
    assertEquals(checkOne("sockets/streams/a.ts", "pkijs"), [
      "only sockets/certificates/ may",
    ]);
  },
});

Deno.test({
  name: "checkImports() refuses outside code, mod files and unknown folders",
  permissions: "none",
  fn() {
    assertEquals(checkOne("errors/a.ts", "npm:left-pad"), [
      "it is outside code",
    ]);
    for (const target of ["errors/mod.ts", "sockets/mod.ts", "mod.ts"]) {
      assertEquals(checkOne("sockets/streams/a.ts", target), [
        "import the file that has the symbol",
      ]);
    }
    assertEquals(checkOne("sockets/other/a.ts", "errors/a.ts"), [
      "sockets/other has no layer",
    ]);
  },
});

Deno.test({
  name: "checkImports() finds files that nothing uses",
  permissions: "none",
  fn() {
    const all = new Map([
      ["mod.ts", ["errors/a.ts"]],
      ["errors/a.ts", []],
      ["errors/_b.ts", []],
    ]);

    assertEquals(checkImports({ all, code: all }), [
      "errors/_b.ts: is not in use: mod.ts does not reach it",
    ]);
    // This one is a subpath of its own.
    const winsock = new Map([
      ...all,
      ["sockets/winsock/mod.ts", ["sockets/winsock/select.ts"]],
      ["sockets/winsock/select.ts", ["errors/_b.ts"]],
      ["sockets/winsock/_c.ts", []],
    ]);
    assertEquals(checkImports({ all: winsock, code: all }).slice(-1), [
      "sockets/winsock/_c.ts: is not in use: mod.ts does not reach it",
    ]);
  },
});

Deno.test({
  name: "checkImports() finds cycles, save for those of type imports",
  permissions: "none",
  fn() {
    const all = new Map([
      ["mod.ts", ["errors/a.ts"]],
      ["errors/a.ts", ["errors/b.ts"]],
      ["errors/b.ts", ["errors/a.ts"]],
    ]);

    assertEquals(checkImports({ all, code: all }), [
      "errors/a.ts: imports itself: errors/a.ts → errors/b.ts → errors/a.ts",
    ]);
    const code = new Map([...all, ["errors/b.ts", []]]);
    assertEquals(checkImports({ all, code }), []);
  },
});

Deno.test({
  name: "findCycles() gives each cycle as a path",
  permissions: "none",
  fn() {
    const graph = new Map([
      ["a", ["b", "c"]],
      ["b", ["c"]],
      ["c", ["d"]],
      ["d", ["b"]],
      ["e", ["e"]],
    ]);

    assertEquals(findCycles(graph), [["b", "c", "d", "b"], ["e", "e"]]);
  },
});

Deno.test({
  name: "findCycles() is empty when files share imports",
  permissions: "none",
  fn() {
    const graph = new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]]);

    assertEquals(findCycles(graph), []);
  },
});
