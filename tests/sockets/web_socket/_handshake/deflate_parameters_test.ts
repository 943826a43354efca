import { assertEquals, assertThrows } from "@std/assert";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import {
  DEFLATE,
  faultOf,
  formatParameters,
  MAX_BITS,
  readParameters,
  toDeflateParameters,
} from "../../../../sockets/web_socket/_handshake/deflate_parameters.ts";
import { parseExtensions } from "../../../../sockets/web_socket/_handshake/extension_header.ts";
import { PURE } from "./_heads.ts";

Deno.test("toDeflateParameters() fills in the defaults", PURE, () => {
  const defaults = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  };
  assertEquals(toDeflateParameters({}), defaults);
  assertEquals(
    toDeflateParameters({
      serverNoContextTakeover: true,
      clientNoContextTakeover: undefined,
      clientMaxWindowBits: 8,
      serverMaxWindowBits: undefined,
    }),
    { ...defaults, serverNoContextTakeover: true, clientMaxWindowBits: 8 },
  );
});

Deno.test(
  "toDeflateParameters() refuses window bits that are not 8 to 15",
  PURE,
  () => {
    for (const bits of [7, 16, 0, -9, 8.5, NaN, Infinity]) {
      for (
        const name of ["serverMaxWindowBits", "clientMaxWindowBits"] as const
      ) {
        assertThrows(
          () => toDeflateParameters({ [name]: bits }),
          ArgumentError,
          `Cannot compress with ${bits} window bits: they must be 8 to 15`,
        );
      }
    }
  },
);

Deno.test("formatParameters() writes what readParameters() reads", PURE, () => {
  const bits = fc.option(fc.integer({ min: 8, max: MAX_BITS }));
  const said = fc.record({
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: bits,
    clientMaxWindowBits: bits,
  });
  fc.assert(fc.property(said, fc.boolean(), (said, isOffer) => {
    const extensions = parseExtensions([formatParameters(said, isOffer)]);
    assertEquals(extensions.map(({ name }) => name), [DEFLATE]);
    assertEquals(extensions.map((each) => faultOf(each, isOffer)), [null]);
    assertEquals(extensions.map(readParameters), [said]);
  }));
});

// Where 8 bits were agreed to, messages are compressed with 9.
Deno.test(
  "node:zlib refers back by 256 bytes at most with 9 bits",
  PURE,
  () => {
    const text = fc.array(fc.constantFrom(1, 2, 3), {
      minLength: 500,
      maxLength: 3000,
      size: "max",
    });
    const level = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(text, level, (text, level) => {
        const bytes = Uint8Array.from(text);
        const deflated = deflateRawSync(bytes, { level, windowBits: 9 });
        // Small chunks: what is still in one can be referred to from farther.
        const options = { chunkSize: 64, windowBits: 8 };
        const inflated = inflateRawSync(deflated, options);
        assertEquals(new Uint8Array(inflated), bytes);
      }),
      { numRuns: 50 },
    );
  },
);
