import { accept, closesocket, recv } from "@winrt/sockets/winsock";
import { check, sendAll } from "./calls.ts";

/** Serves one client after the other, by calls that wait. */
export function serveBlocking(listener: number): never {
  const buf = new Uint8Array(64 * 1024);
  for (;;) {
    const s = check("accept", accept(listener, null));
    try {
      let count = recv(s, buf, buf.length, 0);
      while (count > 0) {
        sendAll(s, buf.subarray(0, count));
        count = recv(s, buf, buf.length, 0);
      }
    } catch {
      // The client is gone, and the next one is to be served.
    }
    closesocket(s);
  }
}
