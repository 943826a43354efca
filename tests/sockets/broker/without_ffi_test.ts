import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { HResult } from "../../../mod.ts";

const PROGRAM = fileURLToPath(new URL("_without_ffi.ts", import.meta.url));

Deno.test("Transfers and descriptors say that they need native calls, on Linux with --allow-ffi", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", PROGRAM],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  const needs =
    "it needs native calls, which are there on Linux with --allow-ffi";
  const number = HResult.ERROR_NOT_SUPPORTED >>> 0;
  const actions = [
    "Cannot enable the transfer of ownership",
    "Cannot enable the transfer of ownership",
    "Cannot enable the transfer of ownership",
    'Cannot use the descriptor "3"',
    'Cannot use the descriptor "3"',
    'Cannot use the descriptor "3"',
    "Cannot list the sockets",
  ];
  assertEquals(
    new TextDecoder().decode(stdout),
    actions.map((action) => `${number} ${action}: ${needs}\n`).join(""),
  );
});
