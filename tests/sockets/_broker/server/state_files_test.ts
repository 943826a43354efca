import { assertEquals } from "@std/assert";
import { directoryProblem } from "../../../../sockets/_broker/server/state_files.ts";

Deno.test("directoryProblem() wants a directory of this user alone", {
  permissions: "none",
}, () => {
  const good = { isDirectory: true, uid: 7, mode: 0o40700 };
  assertEquals(directoryProblem(good, 7), null);
  assertEquals(
    directoryProblem({ ...good, isDirectory: false }, 7),
    "it is no directory",
  );
  assertEquals(directoryProblem(good, 8), "it belongs to another user");
  for (const mode of [0o40701, 0o40710, 0o40755]) {
    assertEquals(
      directoryProblem({ ...good, mode }, 7),
      "others may enter it: its mode must be 0700",
    );
  }
});
