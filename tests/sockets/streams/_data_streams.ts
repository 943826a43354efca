import { InputStream } from "../../../sockets/streams/input_stream.ts";
import { FakeSource } from "./_fakes.ts";

/** Bytes from hexadecimal digits, with spaces anywhere. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

/** A stream of chunks that are there already, and then its end. */
export function inputOf(...chunks: readonly Uint8Array[]): InputStream {
  const source = new FakeSource();
  for (const chunk of chunks) source.giveBytes(chunk);
  source.end();
  return new InputStream(source);
}
