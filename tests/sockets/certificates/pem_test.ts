import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../mod.ts";
import {
  decodePem,
  encodePem,
  splitPem,
} from "../../../sockets/certificates/_pem.ts";

const PURE = { permissions: "none" } as const;

Deno.test("splitPem() finds the blocks in a text", PURE, () => {
  const text = "x-----BEGIN A B-----\nAQI=\n-----END A B-----\ny\r\n" +
    "-----BEGIN C-----AwQ=-----END C-----";
  const blocks = splitPem(text);
  assertEquals(blocks.map(({ label }) => label), ["A B", "C"]);
  assertEquals(blocks.map(decodePem), [
    new Uint8Array([1, 2]),
    new Uint8Array([3, 4]),
  ]);
  assertEquals(blocks[1]?.text, "-----BEGIN C-----AwQ=-----END C-----");
});

Deno.test("splitPem() finds no block inside of another", PURE, () => {
  const inner = "-----BEGIN B-----AA==-----END B-----";
  const blocks = splitPem(`-----BEGIN A-----${inner}-----END A-----`);
  assertEquals(blocks.map(({ label }) => label), ["A"]);
});

Deno.test("splitPem() finds none in other text", PURE, () => {
  for (const text of ["", "text", "-----BEGIN a-----", "-----BEGIN -----"]) {
    assertEquals(splitPem(text), []);
  }
});

Deno.test("splitPem() wants each block to end", PURE, () => {
  assertThrows(
    () => splitPem("-----BEGIN A-----\nAA==\n-----END B-----\n"),
    ArgumentError,
    'Cannot read the PEM text: a block has no line "-----END A-----"',
  );
});

Deno.test("encodePem() writes what splitPem() reads", PURE, () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const text = encodePem("CERTIFICATE", bytes);
    const [block] = splitPem(`# Comment\n${text}`);
    assertEquals(block?.label, "CERTIFICATE");
    assertEquals(block && decodePem(block), new Uint8Array(bytes));
    assertEquals(text.split("\n").every(({ length }) => length <= 64), true);
  }));
});
