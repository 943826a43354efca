/** What Winsock knows of a socket and the system does not tell. */
export interface SocketState {
  /** Whether it was made here, and not somewhere else in the process. */
  readonly isOwn: boolean;
  /** Whether there is a connection, or was to be one. */
  isConnected: boolean;
  /** Whether a connection is being made, or could not be made. */
  isConnecting: boolean;
  /** Which sides were shut down. */
  isReceiveShut: boolean;
  isSendShut: boolean;
  /** Whether a call has waited for it. */
  isWatched: boolean;
  /**
   * Whether it may have no local address yet, and Winsock would refuse to
   * receive.
   */
  isUnbound: boolean;
  /** Once it is closed: resolves when no thread waits for it any more. */
  closed: Promise<void> | null;
  /** Called when it is closed. */
  readonly whenClosed: Set<() => void>;
}

const states = new Map<number, SocketState>();

/** The state of a socket, if there is something to know. */
export function knownState(s: number): SocketState | undefined {
  return states.get(s);
}

/** The state of a socket, whether there was one before or not. */
export function stateOf(s: number): SocketState {
  return states.get(s) ?? addState(s, false);
}

/** Takes note of a new socket: the number may be that of an older one. */
export function addState(s: number, isOwn: boolean): SocketState {
  const state: SocketState = {
    isOwn,
    isConnected: !isOwn,
    isConnecting: false,
    isReceiveShut: false,
    isSendShut: false,
    isWatched: false,
    isUnbound: false,
    closed: null,
    whenClosed: new Set(),
  };
  states.set(s, state);
  return state;
}

/** To be called when something shows that a socket has been connected. */
export function noteConnected(s: number): void {
  const state = states.get(s);
  if (state !== undefined) state.isConnecting = false;
}

/** To be called when a socket is closed. */
export function dropState(s: number): void {
  states.delete(s);
}

/** The sockets that were made here and are open. */
export function ownSockets(): number[] {
  return [...states].filter(([, { isOwn }]) => isOwn).map(([s]) => s);
}
