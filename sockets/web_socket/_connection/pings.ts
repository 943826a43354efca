import { ArgumentError } from "../../../errors/argument_error.ts";
import { MAX_CONTROL_PAYLOAD } from "../_codec/frame_header.ts";

interface Ping extends PromiseWithResolvers<number> {
  readonly payload: Uint8Array;
  readonly sentAt: number;
}

/** Pings that wait for their pong, oldest first. */
export class Pings {
  #pings: Ping[] = [];
  #count = 0;

  /** A payload that no other ping has. */
  nextPayload(): Uint8Array {
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setFloat64(0, ++this.#count);
    return payload;
  }

  /** Resolves with how many milliseconds the pong took. */
  wait(payload: Uint8Array): Promise<number> {
    const ping = {
      payload: payload.slice(),
      sentAt: performance.now(),
      ...Promise.withResolvers<number>(),
    };
    this.#pings.push(ping);
    return ping.promise;
  }

  /**
   * A pong has come. It answers the pings before as well: a peer may answer the
   * last one alone (RFC 6455, 5.5.3). One that answers none is unsolicited.
   */
  answer(payload: Uint8Array): void {
    const index = this.#pings.findIndex((ping) =>
      isEqual(ping.payload, payload)
    );
    const now = performance.now();
    for (const { sentAt, resolve } of this.#pings.splice(0, index + 1)) {
      resolve(now - sentAt);
    }
  }

  /** No pong comes any more. */
  reject(error: unknown): void {
    for (const { reject } of this.#pings.splice(0)) reject(error);
  }
}

/** Throws unless a value can be the payload of a ping. */
export function checkPingPayload(payload: unknown): void {
  if (
    payload instanceof Uint8Array && payload.length <= MAX_CONTROL_PAYLOAD
  ) return;
  const what = payload instanceof Uint8Array
    ? `a payload of "${payload.length}" bytes`
    : `"${payload}"`;
  throw new ArgumentError(
    `Cannot ping with ${what}: it must be a Uint8Array of at most ${MAX_CONTROL_PAYLOAD} bytes`,
  );
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
