import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { ArgumentError } from "../../errors/argument_error.ts";
import { HResult } from "../../errors/hresult.ts";

Deno.test("ArgumentError() carries E_INVALIDARG, its message and cause", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  const error = new ArgumentError('Cannot use "x": no reason', { cause });

  assertInstanceOf(error, TypeError);
  assertEquals(error.name, "ArgumentError");
  assertEquals(error.message, 'Cannot use "x": no reason');
  assertEquals(error.hresult, HResult.E_INVALIDARG);
  assertEquals(error.number, HResult.E_INVALIDARG);
  assertStrictEquals(error.cause, cause);
});
