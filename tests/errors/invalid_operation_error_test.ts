import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";

Deno.test(
  "InvalidOperationError() carries E_ILLEGAL_METHOD_CALL when no HRESULT is given",
  {
    permissions: "none",
  },
  () => {
    const error = new InvalidOperationError(
      "Cannot connect: connected already",
    );

    assertInstanceOf(error, Error);
    assertEquals(error.name, "InvalidOperationError");
    assertEquals(error.message, "Cannot connect: connected already");
    assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
    assertEquals(error.number, HResult.E_ILLEGAL_METHOD_CALL);
    assertEquals("cause" in error, false);
  },
);

Deno.test(
  "InvalidOperationError() carries the HRESULT and cause that are given",
  {
    permissions: "none",
  },
  () => {
    const cause = new Error("inner");
    const error = new InvalidOperationError("Cannot load: a load is pending", {
      hresult: 0x800710DD,
      cause,
    });

    assertEquals(error.hresult, HResult.ERROR_INVALID_OPERATION);
    assertStrictEquals(error.cause, cause);
  },
);
