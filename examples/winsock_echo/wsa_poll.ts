import {
  accept,
  closesocket,
  POLLERR,
  POLLHUP,
  POLLRDNORM,
  POLLWRNORM,
  WSAPoll,
} from "@winrt/sockets/winsock";
import { check, Client, setNonBlocking } from "./calls.ts";

const READABLE = POLLRDNORM | POLLHUP | POLLERR;

/** Serves all clients at once, by `WSAPoll`. */
export function serveByPoll(listener: number): never {
  const clients = new Map<number, Client>();
  setNonBlocking(listener);
  for (;;) {
    const all = [...clients.values()];
    const fds = all.map(({ s, hasPending }) => ({
      fd: s,
      events: hasPending ? POLLWRNORM : POLLRDNORM,
      revents: 0,
    }));
    const own = { fd: listener, events: POLLRDNORM, revents: 0 };
    check("WSAPoll", WSAPoll([own, ...fds], -1));
    for (const [i, client] of all.entries()) {
      const revents = fds[i]?.revents ?? 0;
      if (revents === 0 || serve(client, revents)) continue;
      clients.delete(client.s);
      closesocket(client.s);
    }
    if (own.revents !== 0) {
      const s = accept(listener, null);
      // It may be gone again by now.
      if (s >= 0) clients.set(s, new Client(s));
    }
  }
}

/** Returns whether the client goes on. */
function serve(client: Client, revents: number): boolean {
  if (client.hasPending) return client.flush();
  return (revents & READABLE) === 0 || client.echo();
}
