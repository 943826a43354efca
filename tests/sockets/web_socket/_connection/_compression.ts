import { Inflater } from "../../../../sockets/web_socket/_connection/inflater.ts";
import { MessageCompression } from "../../../../sockets/web_socket/_connection/message_compression.ts";
import { toCompressionSettings } from "../../../../sockets/web_socket/_compression_settings.ts";
import type { WebSocketCompressionOptions } from "../../../../sockets/web_socket/web_socket_compression_options.ts";
import type { RawFrame } from "../_raw_peer.ts";
import { concat } from "../../streams/_fakes.ts";

const PARAMETERS = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
} as const;

/** The compression of one end; close it. */
export function openCompression(
  options: WebSocketCompressionOptions,
  isServer: boolean,
): MessageCompression {
  const settings = toCompressionSettings(options);
  if (settings === null) throw new Error("Options are compression");
  return new MessageCompression(PARAMETERS, settings, isServer);
}

/** A message that was put together from frames: how it began, and its text. */
export type TextMessage = readonly [firstByte: number, text: string];

/** Puts messages together, and inflates those that have RSV1 set. */
export async function inflateFrames(
  frames: readonly RawFrame[],
): Promise<TextMessage[]> {
  const inflater = new Inflater({
    windowBits: 15,
    forgets: false,
    maxSize: Infinity,
  });
  const messages: TextMessage[] = [];
  let parts: Uint8Array[] = [];
  let start = 0;
  for (const { firstByte, payload } of frames) {
    if ((firstByte & 0x0f) !== 0) start = firstByte;
    const isLast = (firstByte & 0x80) !== 0;
    if ((start & 0x40) === 0) parts.push(payload);
    else {await inflater.inflate(payload, isLast, (bytes) =>
        void parts.push(bytes));}
    if (!isLast) continue;
    messages.push([start, new TextDecoder().decode(concat(parts))]);
    parts = [];
  }
  inflater.close();
  return messages;
}
