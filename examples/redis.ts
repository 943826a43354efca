// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Talks to a Redis server: single commands, then many of them at once.
 *
 * ```sh
 * deno run --allow-net examples/redis.ts [port]
 * ```
 *
 * @module
 */
import { RedisClient } from "./redis/client.ts";

const COUNT = 10_000;
const [port = "6379"] = Deno.args;

using client = await RedisClient.connect("localhost", port);
console.log("PING:", await client.send("PING"));
console.log("SET:", await client.send("SET", "example:text", "Hello, Wörld!"));
console.log("GET:", await client.send("GET", "example:text"));

// Nothing is awaited in between, so that the commands leave in a few batches.
const replies = await Promise.all(
  Array.from({ length: COUNT }, () => client.send("INCR", "example:count")),
);
const inOrder = replies.every((reply, index) => reply === index + 1);
console.log(`INCR: ${replies.length} replies, in order: ${inOrder}`);

console.log("DEL:", await client.send("DEL", "example:text", "example:count"));
