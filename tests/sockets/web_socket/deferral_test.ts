import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { Deferral } from "../../../sockets/web_socket/deferral.ts";

const PURE = { permissions: "none" } as const;
const COMPLETE = "Cannot complete the deferral: it is complete already";

/** A deferral, and how often its handler was called. */
function makeDeferral(): { deferral: Deferral; calls: () => number } {
  let count = 0;
  return { deferral: new Deferral(() => void count++), calls: () => count };
}

function assertComplete(deferral: Deferral): void {
  assertThrows(() => deferral.complete(), InvalidOperationError, COMPLETE);
}

Deno.test(
  "Deferral.complete() calls the handler once, and throws when called again",
  PURE,
  () => {
    const { deferral, calls } = makeDeferral();
    assertEquals(calls(), 0);

    deferral.complete();
    assertEquals(calls(), 1);
    assertComplete(deferral);
    assertEquals(calls(), 1);
  },
);

Deno.test(
  "Deferral.complete() passes on what the handler throws, and is complete then",
  PURE,
  () => {
    const failure = new Error("no");
    const deferral = new Deferral(() => {
      throw failure;
    });

    assertStrictEquals(assertThrows(() => deferral.complete()), failure);
    assertComplete(deferral);
  },
);

Deno.test("Deferral.complete() throws when the handler calls it", PURE, () => {
  const deferral: Deferral = new Deferral(() => assertComplete(deferral));

  deferral.complete();
});

Deno.test("Deferral.close() completes the deferral once", PURE, () => {
  const { deferral, calls } = makeDeferral();

  deferral.close();
  deferral.close();
  assertEquals(calls(), 1);
  assertComplete(deferral);
});

Deno.test(
  "Deferral.close() does nothing when the deferral is complete",
  PURE,
  () => {
    const { deferral, calls } = makeDeferral();

    deferral.complete();
    deferral.close();
    assertEquals(calls(), 1);
  },
);

Deno.test(
  "Deferral[Symbol.dispose]() completes the deferral when it is not",
  PURE,
  () => {
    const { deferral, calls } = makeDeferral();
    {
      using _deferral = deferral;
    }
    assertEquals(calls(), 1);

    deferral[Symbol.dispose]();
    assertEquals(calls(), 1);
  },
);

Deno.test("Deferral() refuses what is no function", PURE, () => {
  for (
    const [value, text] of [[null, "null"], ["f", '"f"'], [{}, "an object"]]
  ) {
    assertThrows(
      () => Reflect.construct(Deferral, [value]),
      ArgumentError,
      `Cannot call ${text}: the handler must be a function`,
    );
  }
});
