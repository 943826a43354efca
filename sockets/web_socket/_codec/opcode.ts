/** What a frame is (RFC 6455, 5.2); from 8 on it is a control frame. */
export const Opcode = {
  /** More of a message. */
  continuation: 0,
  /** A message of UTF-8, or the first of its frames. */
  text: 1,
  /** A message of bytes, or the first of its frames. */
  binary: 2,
  /** The sender sends no more. */
  close: 8,
  /** Asks for a pong of the same payload. */
  ping: 9,
  /** Answers a ping, or tells on its own that the sender is there. */
  pong: 10,
} as const;

/** One of the values of {@linkcode Opcode}. */
export type Opcode = typeof Opcode[keyof typeof Opcode];
