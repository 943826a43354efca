import { assertEquals } from "@std/assert";
import { Child, example } from "../examples/_child.ts";
import { startRedis } from "./_peers.ts";

Deno.test("redis sends single and pipelined commands to a Redis server", {
  permissions: { net: ["127.0.0.1"], read: true, run: true },
}, async () => {
  await using server = await startRedis();
  await using child = new Child(example("redis.ts", server.port));

  assertEquals(await child.outcome(), {
    code: 0,
    stdout: `PING: PONG
SET: OK
GET: Hello, Wörld!
INCR: 10000 replies, in order: true
DEL: 2
`,
    stderr: "",
  });
});
