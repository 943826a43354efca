import { setImmediate } from "node:timers";
import type { TLSSocket } from "node:tls";
import type { TlsCarrier } from "./tls_carrier.ts";
import type { TlsSession } from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";

/**
 * Reads until TLS is there. Rejects with what TLS or the connection says if it
 * does not come to that, or with the signal's reason.
 *
 * @param event What the socket tells when it is secure.
 */
export async function shakeHands(
  socket: TLSSocket,
  event: "secure" | "secureConnect",
  carrier: TlsCarrier,
  signal: AbortSignal,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let isDone = false;
  const onAbort = (): void => done.reject(signal.reason);
  const onSecure = (): void => done.resolve();
  const onError = (error: Error): void => done.reject(error);
  done.promise.catch(() => {}).finally(() => isDone = true);
  socket.once(event, onSecure);
  socket.on("error", onError);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    // Deno 2.9.6 has an uncaught exception if TLS gets bytes that it refuses
    // in the turn in which the socket was made.
    await nextTurn();
    while (!isDone) {
      const pulled = carrier.pull().then((hasMore) => {
        if (!hasMore) done.reject(cutOff());
      }, done.reject);
      await Promise.race([pulled, done.promise]);
      // TLS tells in a later turn what it makes of that.
      await nextTurn();
    }
    await done.promise;
  } catch (error) {
    throw carrier.writeFailure?.error ?? error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    socket.off(event, onSecure);
    // An error that comes later must find somebody who listens.
    socket.on("error", () => {});
    socket.off("error", onError);
  }
}

/** What TLS has agreed on. */
export function sessionOf(socket: TLSSocket): TlsSession {
  const { alpnProtocol } = socket;
  return {
    protocol: socket.getProtocol() ?? "",
    cipher: socket.getCipher()?.standardName ?? "",
    alpnProtocol: alpnProtocol === false ? "" : alpnProtocol ?? "",
  };
}

/**
 * What gives what TLS has not written yet. It is no public call: should it go,
 * peers see the connection end without a reason.
 */
export function drainOf(socket: TLSSocket): () => Uint8Array | null {
  const handle: unknown = Reflect.get(socket, "_handle");
  return () => {
    if (typeof handle !== "object" || handle === null) return null;
    const drain: unknown = Reflect.get(handle, "drainEncOut");
    if (typeof drain !== "function") return null;
    const words: unknown = drain.call(handle);
    if (words instanceof ArrayBuffer) return new Uint8Array(words);
    return words instanceof Uint8Array ? words : null;
  };
}

/** Ends a connection that does not become secure, after the last words of TLS. */
export async function breakOff(
  under: StreamTransport,
  socket: TLSSocket | null,
  { lastWords }: TlsCarrier,
): Promise<void> {
  try {
    if (lastWords !== null && lastWords.length > 0) {
      await under.write(lastWords);
    }
  } catch {
    // The connection is gone already, which is what is told.
  }
  const closing = under.closeGracefully();
  socket?.destroy();
  await closing;
}

function cutOff(): Error {
  return new Deno.errors.UnexpectedEof("the connection ended");
}

/** Resolves in a later turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
