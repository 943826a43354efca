import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { Pki } from "./_pki.ts";

/** The names of WinRT and of WebCrypto, and what node:crypto calls them. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["SHA1", "sha1"],
  ["SHA-1", "sha1"],
  ["SHA256", "sha256"],
  ["SHA-256", "sha256"],
  ["SHA384", "sha384"],
  ["SHA-384", "sha384"],
  ["SHA512", "sha512"],
  ["SHA-512", "sha512"],
]);

/**
 * Hashes bytes.
 *
 * @throws {ArgumentError} If the algorithm is not known.
 */
export function digest(
  algorithm: string,
  bytes: Uint8Array,
  { crypto }: Pki,
): Uint8Array {
  const name = ALGORITHMS.get(algorithm);
  if (name === undefined) {
    throw new ArgumentError(
      `Cannot hash with ${quote(algorithm)}: it must be one of ${
        [...ALGORITHMS.keys()].map(quote).join(", ")
      }`,
    );
  }
  return new Uint8Array(crypto.createHash(name).update(bytes).digest());
}
