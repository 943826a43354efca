import { InputStream } from "./input_stream.ts";

/** A stream of bytes that are in memory, which are not copied before they are read. */
export function streamOfBytes(bytes: Uint8Array): InputStream {
  let rest = bytes;
  return new InputStream({
    read(buffer) {
      if (rest.length === 0) return Promise.resolve(null);
      const part = rest.subarray(0, buffer.length);
      buffer.set(part);
      rest = rest.subarray(part.length);
      return Promise.resolve(part.length);
    },
  });
}
