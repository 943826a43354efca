import type { WebSocketEndpoint } from "@winrt/sockets";

/** How long peers may take to answer, in milliseconds. */
const PATIENCE = 1_000;

/** Closes WebSockets, and waits a little for the answers of their peers. */
export async function closeAll(
  webSockets: Iterable<WebSocketEndpoint>,
  code: number,
  reason = "",
): Promise<void> {
  const closed = Array.from(webSockets, (webSocket) => {
    webSocket.close(code, reason);
    return webSocket[Symbol.asyncDispose]();
  });
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, PATIENCE);
  await Promise.race([Promise.all(closed), late.promise]);
  clearTimeout(timer);
}
