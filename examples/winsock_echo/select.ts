import { accept, closesocket, FD_ISSET, select } from "@winrt/sockets/winsock";
import { check, Client, setNonBlocking } from "./calls.ts";

/** Serves all clients at once, by `select`. */
export function serveBySelect(listener: number): never {
  const clients = new Map<number, Client>();
  setNonBlocking(listener);
  for (;;) {
    const all = [...clients.values()];
    const reading = all.filter(({ hasPending }) => !hasPending);
    const writing = all.filter(({ hasPending }) => hasPending);
    const readable = new Set([listener, ...reading.map(({ s }) => s)]);
    const writable = new Set(writing.map(({ s }) => s));
    check("select", select(0, readable, writable, null, null));
    for (const client of all) {
      const goesOn = FD_ISSET(client.s, readable)
        ? client.echo()
        : !FD_ISSET(client.s, writable) || client.flush();
      if (goesOn) continue;
      clients.delete(client.s);
      closesocket(client.s);
    }
    if (FD_ISSET(listener, readable)) {
      const s = accept(listener, null);
      // It may be gone again by now.
      if (s >= 0) clients.set(s, new Client(s));
    }
  }
}
