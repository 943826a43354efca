/** Why a WebSocket closes (RFC 6455, 7.4.1). */
export const CloseCode = {
  /** The purpose of the connection is fulfilled. */
  normal: 1000,
  /** A server shuts down, or a page is left. */
  goingAway: 1001,
  /** The peer broke the protocol. */
  protocolError: 1002,
  /** The peer sent a kind of data that is not taken. */
  unsupportedData: 1003,
  /** The close frame has no code. Never sent. */
  noStatus: 1005,
  /** There was no close frame. Never sent. */
  abnormal: 1006,
  /** The peer sent data that is not what its kind says, such as bad UTF-8. */
  invalidPayload: 1007,
  /** The peer broke a rule that no other code is for. */
  policyViolation: 1008,
  /** The peer sent a message that is too big. */
  messageTooBig: 1009,
  /** The server did not accept an extension that the client needs. */
  mandatoryExtension: 1010,
  /** A server cannot go on. */
  internalError: 1011,
} as const;
