import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../mod.ts";
import {
  socketPath,
  stateDirectory,
  usualDirectory,
} from "../../../sockets/_broker/state_directory.ts";
import { chooseStateDirectory } from "../../../sockets/_broker/application.ts";
import { native, PASSING } from "./_sockets.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "usualDirectory() is in the folder of the user, or in /tmp",
  PURE,
  () => {
    assertEquals(
      usualDirectory(7, (path) => path === "/run/user/7"),
      "/run/user/7/winrt-sockets",
    );
    assertEquals(usualDirectory(7, () => false), "/tmp/winrt-sockets-7");
  },
);

Deno.test("socketPath() is the path of the socket", PURE, () => {
  assertEquals(socketPath("/a b"), "/a b/broker.sock");
  assertEquals(socketPath(`/${"x".repeat(94)}`).length, 107);
});

Deno.test(
  "socketPath() refuses what is too long, and what is no such path",
  PURE,
  () => {
    for (const directory of [`/${"x".repeat(95)}`, `/${"é".repeat(48)}`]) {
      assertThrows(
        () => socketPath(directory),
        ArgumentError,
        "a socket in it would have a path of more than 107 bytes",
      );
    }
    for (
      const [directory, problem] of [
        ["", "it must be an absolute path"],
        ["a", "it must be an absolute path"],
        ["/a\0b", "it has a zero character"],
        ["/a,b", "it has a comma"],
      ] as const
    ) {
      assertThrows(
        () => socketPath(directory),
        ArgumentError,
        `Cannot use the state directory ${
          JSON.stringify(directory)
        }: ${problem}`,
      );
    }
  },
);

Deno.test("stateDirectory() is the one that was chosen, or the usual one", {
  permissions: { ffi: true },
  ignore: PASSING.ignore === true,
}, () => {
  assertStringIncludes(stateDirectory(native()), "winrt-sockets");
  chooseStateDirectory("/chosen");
  assertEquals(stateDirectory(native()), "/chosen");
  chooseStateDirectory(null);
});

Deno.test(
  "stateDirectory() is what the environment says, if that may be read",
  {
    permissions: { read: true, run: true },
    ignore: PASSING.ignore === true,
  },
  async () => {
    for (
      const [flag, expected] of [
        ["--allow-env=WINRT_SOCKETS_BROKER", "/from-environment"],
        ["--allow-env=OTHER", "winrt-sockets"],
      ] as const
    ) {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--allow-ffi",
          flag,
          new URL("./_print_directory.ts", import.meta.url).href,
        ],
        env: { WINRT_SOCKETS_BROKER: "/from-environment" },
      }).output();
      assertStringIncludes(new TextDecoder().decode(stdout), expected);
    }
  },
);
