import { createServer, type Socket } from "node:net";
import { Receiver } from "./_batched_sends.ts";
import { assertContent } from "./_content.ts";

/** How a peer goes away while it has not read everything. */
export type Ending = "reset" | "close";

/** A peer that goes away in the middle. */
export interface LeavingPeer {
  readonly port: number;
  /** How many bytes it took, all of them right, once it has gone away. */
  readonly left: Promise<number>;
}

/** Waits for a connection, takes at least so many bytes, and goes away. */
export function leavingPeer(
  ending: Ending,
  count: number,
): Promise<LeavingPeer> {
  return ending === "reset" ? resettingPeer(count) : closingPeer(count);
}

/** The runtime shuts its end down before it closes: the peer sees both. */
function closingPeer(count: number): Promise<LeavingPeer> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  async function leave(): Promise<number> {
    using conn = await listener.accept();
    listener.close();
    const peer = new Receiver(conn);
    await peer.readTo(count);
    return peer.received;
  }
  return Promise.resolve({ port: listener.addr.port, left: leave() });
}

/** A reset without native calls is a thing of node:net. */
async function resettingPeer(count: number): Promise<LeavingPeer> {
  const left = Promise.withResolvers<number>();
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    server.close();
    let received = 0;
    socket.on("data", (bytes: Uint8Array) => {
      try {
        assertContent(bytes, received);
      } catch (error) {
        left.reject(error);
      }
      received += bytes.length;
      if (received >= count) socket.resetAndDestroy();
    });
    socket.on("close", () => left.resolve(received));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("Cannot tell the port: the server does not listen");
  }
  return { port: address.port, left: left.promise };
}
