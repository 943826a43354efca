import {
  assertEquals,
  assertExists,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  backgroundOptions,
  HELP,
  parseOptions,
  UsageFailure,
} from "../../../../sockets/_broker/server/options.ts";

const PURE = { permissions: "none" } as const;

Deno.test("parseOptions() has a default for each option", PURE, () => {
  assertEquals(parseOptions([]), {
    stateDirectory: null,
    maxSockets: 4096,
    maxTasks: 8,
    taskTime: 30_000,
    idleTime: null,
    isLogFile: false,
    isBackground: false,
  });
});

Deno.test("parseOptions() reads each option", PURE, () => {
  assertEquals(
    parseOptions([
      "--state-directory=/a",
      "--max-sockets=1",
      "--max-tasks",
      "2",
      "--task-time=3",
      "--exit-when-idle=4",
      "--log-file",
      "--background",
    ]),
    {
      stateDirectory: "/a",
      maxSockets: 1,
      maxTasks: 2,
      taskTime: 3_000,
      idleTime: 4_000,
      isLogFile: true,
      isBackground: true,
    },
  );
});

Deno.test(
  "parseOptions() is null for --help, which names every option",
  PURE,
  () => {
    assertEquals(parseOptions(["--help"]), null);
    for (
      const name of [
        "state-directory",
        "max-sockets",
        "max-tasks",
        "task-time",
        "exit-when-idle",
        "log-file",
        "background",
        "help",
      ]
    ) {
      assertStringIncludes(HELP, `--${name}`);
    }
  },
);

Deno.test(
  "parseOptions() refuses what is no option, and what is no number",
  PURE,
  () => {
    for (const argument of ["--other", "word", "--max_sockets=1"]) {
      assertThrows(
        () => parseOptions([argument]),
        UsageFailure,
        `there is no such option`,
      );
    }
    for (const value of ["0", "-1", "1.5", "x", "", "1000000"]) {
      assertThrows(
        () => parseOptions([`--task-time=${value}`]),
        UsageFailure,
        `Cannot use "${value}" as --task-time: it must be a number`,
      );
    }
  },
);

Deno.test(
  "backgroundOptions() are what a broker in the background reads again",
  PURE,
  () => {
    for (const args of [[], ["--exit-when-idle=7", "--max-tasks=2"]]) {
      const options = parseOptions(["--background", ...args]);
      assertExists(options);
      assertEquals(parseOptions(backgroundOptions(options)), {
        ...options,
        isBackground: false,
        isLogFile: true,
      });
    }
  },
);
