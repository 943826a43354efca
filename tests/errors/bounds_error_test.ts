import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { BoundsError } from "../../errors/bounds_error.ts";
import { HResult } from "../../errors/hresult.ts";

Deno.test("BoundsError() carries E_BOUNDS, its message and cause", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  const error = new BoundsError('Cannot use "x": no reason', { cause });

  assertInstanceOf(error, RangeError);
  assertEquals(error.name, "BoundsError");
  assertEquals(error.message, 'Cannot use "x": no reason');
  assertEquals(error.hresult, HResult.E_BOUNDS);
  assertEquals(error.number, HResult.E_BOUNDS);
  assertStrictEquals(error.cause, cause);
});
