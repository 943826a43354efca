import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { streamOfBytes } from "../../../sockets/streams/_stream_of_bytes.ts";
import { InputStreamOptions } from "../../../sockets/streams/input_stream_options.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "streamOfBytes() gives the bytes when it is read in parts of any size",
  PURE,
  async () => {
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), sizes, async (
        bytes,
        sizes,
      ) => {
        const stream = streamOfBytes(bytes);
        const seen: number[] = [];
        for (const size of sizes) {
          const part = await stream.readAsync(
            new Uint8Array(size),
            size,
            InputStreamOptions.partial,
          );
          if (part.length === 0) break;
          seen.push(...part);
        }
        assertEquals(seen, [...bytes]);
      }),
    );
  },
);

Deno.test(
  "streamOfBytes() gives the part that a view is of",
  PURE,
  async () => {
    const { buffer } = new Uint8Array([1, 2, 3, 4]);
    const stream = streamOfBytes(new Uint8Array(buffer, 1, 2));
    assertEquals(await new Response(stream).bytes(), new Uint8Array([2, 3]));
  },
);

Deno.test(
  "streamOfBytes() ends at once when there are no bytes",
  PURE,
  async () => {
    const stream = streamOfBytes(new Uint8Array(0));
    assertEquals((await stream.readAsync(new Uint8Array(1))).length, 0);
  },
);
