import { assertEquals, assertMatch } from "@std/assert";
import { run } from "./_run.ts";

Deno.test({
  name: "StreamSocketListener out of descriptors waits and goes on",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { code, stdout, stderr } = await run(
      "_out_of_descriptors.ts",
      ["--allow-net"],
      64,
    );
    assertEquals(stderr, "");
    assertMatch(stdout, /^connect: .*too many open files/m);
    assertMatch(stdout, /^served: true$/m);
    assertMatch(stdout, /^errors: true$/m);
    assertEquals(code, 0);
  },
});
