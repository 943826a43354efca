/**
 * The compression of the peer: permessage-deflate (RFC 7692) by streams of zlib,
 * a new one for each message that does not use the context of those before. The
 * functions of zlib that need no stream cannot have a context in Deno, which
 * leaves their option `dictionary` aside.
 *
 * @module
 */
import {
  constants,
  createDeflateRaw,
  createInflateRaw,
  type DeflateRaw,
  type InflateRaw,
} from "node:zlib";
import { concat } from "../../streams/_fakes.ts";

const TAIL = Uint8Array.fromHex("0000ffff");

/** One direction of a connection. */
interface Direction {
  readonly windowBits: number;
  readonly forgets: boolean;
}

/** The parameters of an extension, with their values. */
export function parametersOf(extension: string): Map<string, string> {
  return new Map(
    extension.split(";").map((parameter) => {
      const [name = "", value = ""] = parameter.split("=");
      return [name.trim(), value.trim()];
    }),
  );
}

function directionOf(answer: string, side: "client" | "server"): Direction {
  const parameters = parametersOf(answer);
  return {
    windowBits: Number(parameters.get(`${side}_max_window_bits`) ?? 15),
    forgets: parameters.has(`${side}_no_context_takeover`),
  };
}

/** Compresses and inflates whole messages. */
export class MessageDeflate implements Disposable {
  readonly #own: Direction;
  readonly #other: Direction;
  #deflate: DeflateRaw | null = null;
  #inflate: InflateRaw | null = null;

  /** @param answer What the server has answered to the offer of the client. */
  constructor(answer: string, isServer: boolean) {
    const client = directionOf(answer, "client");
    const server = directionOf(answer, "server");
    [this.#own, this.#other] = isServer ? [server, client] : [client, server];
  }

  /** Compresses a message. */
  async deflate(message: Uint8Array): Promise<Uint8Array> {
    const { windowBits, forgets } = this.#own;
    this.#deflate ??= createDeflateRaw({ windowBits, level: 1 });
    const bytes = await pass(this.#deflate, message);
    if (forgets) this.#deflate = drop(this.#deflate);
    return bytes.subarray(0, bytes.length - TAIL.length);
  }

  /** Inflates a message. */
  async inflate(message: Uint8Array): Promise<Uint8Array> {
    const { windowBits, forgets } = this.#other;
    // Less than a window, so that zlib has not much more to refer back to.
    const chunkSize = 2 ** windowBits / 2;
    this.#inflate ??= createInflateRaw({ windowBits, chunkSize });
    const bytes = await pass(this.#inflate, concat([message, TAIL]));
    if (forgets) this.#inflate = drop(this.#inflate);
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#deflate?.destroy();
    this.#inflate?.destroy();
  }
}

function drop(stream: DeflateRaw | InflateRaw): null {
  stream.destroy();
  return null;
}

/** What comes out of a stream for what goes in. */
async function pass(
  stream: DeflateRaw | InflateRaw,
  input: Uint8Array,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const chunks: Uint8Array[] = [];
  const take = (chunk: Uint8Array): void => void chunks.push(chunk);
  stream.on("data", take).on("error", reject);
  stream.write(input);
  stream.flush(constants.Z_SYNC_FLUSH, resolve);
  await promise;
  stream.off("data", take).off("error", reject);
  return concat(chunks);
}
