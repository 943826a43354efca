import { assertEquals } from "@std/assert";
import { brokerArguments } from "../../../sockets/_broker/start_broker.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "brokerArguments() gives the broker its directory, and Deno",
  PURE,
  () => {
    const program =
      new URL("../../../sockets/broker/broker_process.ts", import.meta.url)
        .href;
    assertEquals(brokerArguments("/a b", "/usr/bin/deno", ["--log-file"]), [
      "run",
      "--no-prompt",
      "--quiet",
      "--allow-ffi",
      "--allow-read=/a b",
      "--allow-write=/a b",
      "--allow-run=/usr/bin/deno",
      program,
      "--state-directory=/a b",
      "--log-file",
    ]);
  },
);
