import type { CompressionSettings } from "../_compression_settings.ts";
import { Deflater } from "./deflater.ts";
import { Inflater } from "./inflater.ts";
import type { DeflateParameters } from "../_handshake/deflate_parameters.ts";

/** Both directions of permessage-deflate (RFC 7692, section 7). */
export class MessageCompression {
  readonly deflater: Deflater;
  readonly inflater: Inflater;
  /** Messages with less bytes are sent as they are. */
  readonly threshold: number;

  constructor(
    parameters: DeflateParameters,
    { level, threshold, maxInflatedSize }: CompressionSettings,
    isServer: boolean,
  ) {
    const server = {
      windowBits: parameters.serverMaxWindowBits,
      forgets: parameters.serverNoContextTakeover,
    };
    const client = {
      windowBits: parameters.clientMaxWindowBits,
      forgets: parameters.clientNoContextTakeover,
    };
    const [own, peer] = isServer ? [server, client] : [client, server];
    this.deflater = new Deflater({ ...own, level });
    this.inflater = new Inflater({ ...peer, maxSize: maxInflatedSize });
    this.threshold = threshold;
  }

  /** Gives the memory of zlib back. */
  close(): void {
    this.deflater.close();
    this.inflater.close();
  }
}
