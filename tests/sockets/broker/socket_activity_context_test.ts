import { assertStrictEquals, assertThrows } from "@std/assert";
import { ArgumentError, SocketActivityContext } from "../../../mod.ts";

const PURE = { permissions: "none" } as const;

Deno.test("SocketActivityContext.data is what it was made of", PURE, () => {
  const data = Uint8Array.of(1);
  assertStrictEquals(new SocketActivityContext(data).data, data);
});

Deno.test("SocketActivityContext() refuses what are no bytes", PURE, () => {
  for (const data of [null, "text", [1], new ArrayBuffer(1)]) {
    assertThrows(
      () => Reflect.construct(SocketActivityContext, [data]),
      ArgumentError,
      "Cannot make a context: the data must be a Uint8Array",
    );
  }
});
