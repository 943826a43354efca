import type * as PkiJs from "pkijs";
import { ArgumentError } from "../../errors/argument_error.ts";
import type { Pki } from "./_pki.ts";

/** RFC 8018, section A.4. */
const PBES2 = "1.2.840.113549.1.5.13";
/** AES in CBC mode, which WebCrypto has. */
const CIPHERS: readonly string[] = [
  "2.16.840.1.101.3.4.1.2",
  "2.16.840.1.101.3.4.1.22",
  "2.16.840.1.101.3.4.1.42",
];
/** What other algorithms are called. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.12.1.1", "RC4 with 128 bits"],
  ["1.2.840.113549.1.12.1.2", "RC4 with 40 bits"],
  ["1.2.840.113549.1.12.1.3", "3DES"],
  ["1.2.840.113549.1.12.1.4", "3DES with two keys"],
  ["1.2.840.113549.1.12.1.5", "RC2 with 128 bits"],
  ["1.2.840.113549.1.12.1.6", "RC2 with 40 bits"],
  ["1.2.840.113549.1.5.14", "PBMAC1"],
  ["1.2.840.113549.3.7", "3DES"],
]);
/** Hash functions of the MAC that node:crypto and PKI.js have. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ["1.3.14.3.2.26", "SHA-1"],
  ["2.16.840.1.101.3.4.2.1", "SHA-256"],
  ["2.16.840.1.101.3.4.2.2", "SHA-384"],
  ["2.16.840.1.101.3.4.2.3", "SHA-512"],
]);
/** So that a file cannot keep the program busy for long: some seconds. */
const MAX_ITERATIONS = 1_000_000;

/** Throws if the content of a file is encrypted in a way that is not known. */
export function assertSupported(
  { algorithmId, algorithmParams }: PkiJs.AlgorithmIdentifier,
  { pkijs }: Pki,
): void {
  if (algorithmId !== PBES2) throw unsupported("encrypted", algorithmId);
  const { encryptionScheme, keyDerivationFunc } = new pkijs.PBES2Params({
    schema: algorithmParams,
  });
  const cipher = encryptionScheme.algorithmId;
  if (!CIPHERS.includes(cipher)) throw unsupported("encrypted", cipher);
  const { iterationCount } = new pkijs.PBKDF2Params({
    schema: keyDerivationFunc.algorithmParams,
  });
  assertIterations(iterationCount);
}

/** The hash function of the MAC of a file, as WebCrypto names it. */
export function hashOfMac({ mac, iterations }: PkiJs.MacData): string {
  const { algorithmId } = mac.digestAlgorithm;
  const hash = HASHES.get(algorithmId);
  if (hash === undefined) throw unsupported("protected", algorithmId);
  assertIterations(iterations ?? 1);
  return hash;
}

/** PKI.js gives numbers that are too large for it as something else. */
function assertIterations(count: unknown): void {
  if (typeof count === "number" && count > 0 && count <= MAX_ITERATIONS) return;
  throw new ArgumentError(
    `Cannot read the PKCS#12 file: it wants its password hashed more than ${MAX_ITERATIONS} times`,
  );
}

function unsupported(state: string, algorithm: string): ArgumentError {
  const name = NAMES.get(algorithm) ?? `the algorithm ${algorithm}`;
  return new ArgumentError(
    `Cannot read the PKCS#12 file: it is ${state} with ${name}, which is not supported: turn it into PEM with "openssl pkcs12 -legacy -nodes", and use Certificate.fromPem`,
  );
}
