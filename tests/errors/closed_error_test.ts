import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { ClosedError } from "../../errors/closed_error.ts";
import { HResult } from "../../errors/hresult.ts";

Deno.test("ClosedError() carries RO_E_CLOSED, its message and cause", {
  permissions: "none",
}, () => {
  const cause = new Error("inner");
  const error = new ClosedError('Cannot use "x": no reason', { cause });

  assertInstanceOf(error, Error);
  assertEquals(error.name, "ClosedError");
  assertEquals(error.message, 'Cannot use "x": no reason');
  assertEquals(error.hresult, HResult.RO_E_CLOSED);
  assertEquals(error.number, HResult.RO_E_CLOSED);
  assertStrictEquals(error.cause, cause);
});
