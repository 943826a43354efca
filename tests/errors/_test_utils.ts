import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { hresultOf, toSocketError } from "../../errors/_classify.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { SocketErrorStatus } from "../../errors/socket_error_status.ts";

/** What a failure of the runtime should become. */
export interface ExpectedSocketError {
  hresult: number;
  status: SocketErrorStatus;
  reason: string;
}

/** Asserts that a failure of the runtime becomes the expected error. */
export function assertClassifies(
  cause: unknown,
  expected: ExpectedSocketError,
): void {
  const error = toSocketError(cause, 'Cannot use "a:1"');

  assertInstanceOf(error, SocketError);
  assertEquals(error.name, "SocketError");
  assertEquals(error.message, `Cannot use "a:1": ${expected.reason}`);
  assertEquals(error.hresult, expected.hresult);
  assertEquals(error.number, expected.hresult);
  assertEquals(error.status, expected.status);
  assertStrictEquals(error.cause, cause);
  assertEquals(hresultOf(cause), expected.hresult);
}

/**
 * Fails in a child process, for what a test cannot bring about in its own.
 *
 * @param launcher A command that runs the command which its arguments are.
 * @param scenario One of the scenarios of `_probe.ts`, and its argument.
 * @returns What the failure has become.
 */
export async function probe(
  launcher: readonly [string, ...string[]],
  ...scenario: string[]
): Promise<ExpectedSocketError> {
  const script = fileURLToPath(new URL("./_probe.ts", import.meta.url));
  const deno = [Deno.execPath(), "run", "--no-config", "--allow-net", script];
  const [command, ...args] = launcher;
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args, ...deno, ...scenario],
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

/** A port of the loopback address on which nobody listens any more. */
export function freedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Any number: 32-bit ones in both forms, and those that are none. */
export function anyNumber(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer(),
    fc.integer().map((number) => number >>> 0),
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(NaN, Infinity, -Infinity, 2 ** 32, -(2 ** 31) - 1),
  );
}
