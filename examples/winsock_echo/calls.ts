import {
  AF_INET,
  bind,
  FIONBIO,
  getsockname,
  ioctlsocket,
  listen,
  recv,
  send,
  SOCK_STREAM,
  socket,
  SOCKET_ERROR,
  SOMAXCONN,
  WSAEWOULDBLOCK,
  WSAGetLastError,
} from "@winrt/sockets/winsock";

/** The result of a call; its failure is thrown. */
export function check(call: string, result: number): number {
  if (result !== SOCKET_ERROR) return result;
  throw new Error(`Cannot ${call}: Winsock error ${WSAGetLastError()}`);
}

/** A socket that listens, and its port. */
export function openListener(port: number): { s: number; port: number } {
  const s = check("socket", socket(AF_INET, SOCK_STREAM, 0));
  const name = { family: AF_INET, address: "127.0.0.1", port };
  check("bind", bind(s, name));
  check("listen", listen(s, SOMAXCONN));
  check("getsockname", getsockname(s, name));
  return { s, port: name.port };
}

/** Has the calls of a socket not wait. */
export function setNonBlocking(s: number): void {
  check("ioctlsocket", ioctlsocket(s, FIONBIO, Uint32Array.of(1)));
}

/** Sends all bytes on a socket whose calls wait. */
export function sendAll(s: number, bytes: Uint8Array<ArrayBuffer>): void {
  let sent = 0;
  while (sent < bytes.length) {
    const rest = bytes.subarray(sent);
    sent += check("send", send(s, rest, rest.length, 0));
  }
}

/** A client whose socket does not wait, and what is still to be sent to it. */
export class Client {
  readonly s: number;
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  readonly #buf = new Uint8Array(64 * 1024);

  constructor(s: number) {
    this.s = s;
    setNonBlocking(s);
  }

  /** Whether it has to take what it has sent before it may send more. */
  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Receives once and sends it back; returns whether the client goes on. */
  echo(): boolean {
    const count = recv(this.s, this.#buf, this.#buf.length, 0);
    if (count === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK;
    this.#pending = this.#buf.slice(0, count);
    return count > 0 && this.flush();
  }

  /** Sends what is pending, as far as it goes. */
  flush(): boolean {
    const sent = send(this.s, this.#pending, this.#pending.length, 0);
    if (sent === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK;
    this.#pending = this.#pending.subarray(sent);
    return true;
  }
}
