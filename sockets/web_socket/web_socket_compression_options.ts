/**
 * How messages are compressed: the options of the extension
 * `permessage-deflate` (RFC 7692). Not in WinRT, which has no compression.
 */
export interface WebSocketCompressionOptions {
  /**
   * How hard to try, as in zlib: 0 for not at all, 1 for fast, up to 9 for
   * small.
   *
   * @default {6}
   */
  level?: number;
  /**
   * The size in bytes from which messages are compressed. Smaller ones are sent
   * as they are, since compression makes little of them.
   *
   * @default {1024}
   */
  threshold?: number;
  /**
   * `server_no_context_takeover` (RFC 7692, section 7.1.1.1): the server
   * compresses each message without looking back at those before. That saves
   * memory on both sides, and compresses less.
   *
   * @default {false}
   */
  serverNoContextTakeover?: boolean;
  /**
   * `client_no_context_takeover` (RFC 7692, section 7.1.1.2): the same for what
   * the client sends.
   *
   * @default {false}
   */
  clientNoContextTakeover?: boolean;
  /**
   * `server_max_window_bits` (RFC 7692, section 7.1.2.1): how far the server
   * looks back, 9 to 15 for 512 bytes to 32 KiB. Less saves memory on both
   * sides, and compresses less. The RFC has 8 too, which zlib does not.
   *
   * @default {15}
   */
  serverMaxWindowBits?: number;
  /**
   * `client_max_window_bits` (RFC 7692, section 7.1.2.2): the same for what the
   * client sends.
   *
   * @default {15}
   */
  clientMaxWindowBits?: number;
  /**
   * The size in bytes that a received message may have when it is inflated: a
   * few bytes of the peer could fill the memory otherwise.
   *
   * @default {16_777_216}
   */
  maxInflatedSize?: number;
}
