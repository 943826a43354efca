import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError, type BackgroundTaskPermissions } from "../../../mod.ts";
import { taskPermissions } from "../../../sockets/broker/_task_permissions.ts";

const PURE = { permissions: "none" } as const;

/** The flags of permissions, which may be of any form. */
function flagsOf(permissions: BackgroundTaskPermissions): string[] {
  return taskPermissions(permissions).map(({ flag }) => flag);
}

Deno.test("taskPermissions() has none by default", PURE, () => {
  assertEquals(taskPermissions({}), []);
  assertEquals(taskPermissions({ net: false, read: [] }), []);
});

Deno.test("taskPermissions() gives all of a kind", PURE, () => {
  assertEquals(
    taskPermissions({ net: true, sys: true }),
    [
      { flag: "--allow-net", descriptor: { name: "net" } },
      { flag: "--allow-sys", descriptor: { name: "sys" } },
    ],
  );
});

Deno.test("taskPermissions() gives each value of each kind", PURE, () => {
  assertEquals(
    taskPermissions({
      env: ["HOME"],
      import: ["example.com"],
      net: ["[::1]:80", "example.com"],
      read: ["/a b"],
      run: ["deno"],
      sys: ["hostname"],
      write: ["/c"],
    }),
    [
      {
        flag: "--allow-env=HOME",
        descriptor: { name: "env", variable: "HOME" },
      },
      {
        flag: "--allow-import=example.com",
        descriptor: { name: "import", host: "example.com" },
      },
      {
        flag: "--allow-net=[::1]:80",
        descriptor: { name: "net", host: "[::1]:80" },
      },
      {
        flag: "--allow-net=example.com",
        descriptor: { name: "net", host: "example.com" },
      },
      {
        flag: "--allow-read=/a b",
        descriptor: { name: "read", path: "/a b" },
      },
      {
        flag: "--allow-run=deno",
        descriptor: { name: "run", command: "deno" },
      },
      {
        flag: "--allow-sys=hostname",
        descriptor: { name: "sys", kind: "hostname" },
      },
      { flag: "--allow-write=/c", descriptor: { name: "write", path: "/c" } },
    ],
  );
});

Deno.test(
  "taskPermissions() refuses what would be another permission",
  PURE,
  () => {
    const cases: readonly [BackgroundTaskPermissions, string][] = [
      [{ net: ["a,b"] }, 'the permission net for "a,b": it has a comma'],
      [{ env: [""] }, 'the permission env for "": it is no text'],
      [{ run: ["a\0"] }, "it has a zero character"],
      [{ read: ["a"] }, 'the permission read for "a": it is no absolute path'],
      [{ write: ["./a"] }, 'the permission write for "./a": it is no absolute'],
      [
        JSON.parse('{"net":"a"}'),
        'the permission net for "a": it is not a list',
      ],
      [JSON.parse('{"net":[1]}'), 'the permission net for "1": it is no text'],
      [
        JSON.parse('{"net":null}'),
        'the permission net for "null": it is not a',
      ],
    ];
    for (const [permissions, message] of cases) {
      assertThrows(() => flagsOf(permissions), ArgumentError, message);
    }
  },
);
