/** What went wrong on a socket. */
export const SocketErrorStatus = { unknown: 0 } as const;
/** One of the values of {@linkcode SocketErrorStatus}. */
export type SocketErrorStatus =
  typeof SocketErrorStatus[keyof typeof SocketErrorStatus];
