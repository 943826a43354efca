import { bytesEqual } from "./_bytes_equal.ts";
import type { CertificateFields } from "./_certificate_fields.ts";
import { certificateStateOf } from "./_certificate_state.ts";
import { checkSignature, isWeak, type SignatureCheck } from "./_signature.ts";
import type { Certificate } from "./certificate.ts";

/** The certificates that a path may end with. */
export type Anchors =
  | readonly Certificate[]
  | ((certificate: Certificate) => readonly Certificate[]);

/** A way from a certificate to one that is trusted, or as far as it goes. */
export interface Path {
  /** Each is issued by the next one. */
  readonly certificates: readonly Certificate[];
  readonly end: PathEnd;
}

/** Why a path ends where it does. */
export type PathEnd =
  /** The last certificate is trusted. */
  | "anchor"
  /** It signed itself, and is not trusted. */
  | "selfSigned"
  /** There is no certificate of its issuer. */
  | "missing"
  /** The certificate of its issuer is there, but did not sign it. */
  | "forged"
  /** Its signature is of a kind that is not known. */
  | "unsupported"
  /** The search was given up. */
  | "exhausted";

/** A chain has 2 to 4 certificates as a rule. */
const MAX_PATH_LENGTH = 8;
/**
 * A server may send any certificates. They cost 64 signatures at most, which is
 * below 200 ms, whatever the ways through them.
 */
const MAX_SIGNATURES = 64;

/** What to search in. */
export interface SearchSpace {
  /** Certificates that are not trusted, such as a server sends. */
  readonly sent: readonly Certificate[];
  readonly anchors: Anchors;
}

/**
 * Finds the paths from a certificate to trusted ones, those that end early too.
 *
 * The chain checks of the libraries cannot be used for this. In the
 * `CertificateChainValidationEngine` of PKI.js 4.0.0 (`build/index.js`)
 * `buildPath` never returns if a server sends two authorities that certified
 * each other, `sort` checks the shortest path alone, and `checkForCA` does not
 * read the path length and takes every critical extension for a known one if
 * its bytes are ASN.1. The `X509ChainBuilder` of `@peculiar/x509` 2.2.0 follows
 * the first issuer that fits, and checks signatures alone.
 */
export async function* findPaths(
  certificate: Certificate,
  space: SearchSpace,
): AsyncGenerator<Path> {
  yield* new PathSearch(space).extend(certificate, []);
}

class PathSearch {
  readonly #space: SearchSpace;
  #signaturesLeft = MAX_SIGNATURES;

  constructor(space: SearchSpace) {
    this.#space = space;
  }

  /** The paths that begin with `path` and `last`. */
  async *extend(
    last: Certificate,
    path: readonly Certificate[],
  ): AsyncGenerator<Path> {
    const certificates = [...path, last];
    const isAnchor = this.#isAnchor(last);
    if (isAnchor) yield { certificates, end: "anchor" };
    const checks = new Set<SignatureCheck>();
    for (const issuer of this.#findIssuers(last, certificates)) {
      if (this.#isExhausted(certificates)) {
        yield { certificates, end: "exhausted" };
        return;
      }
      const check = await this.#check(last, issuer);
      checks.add(check);
      if (check === "valid") yield* this.extend(issuer, certificates);
    }
    if (isAnchor || checks.has("valid")) return;
    yield { certificates, end: await this.#endOf(last, checks) };
  }

  #isExhausted({ length }: readonly Certificate[]): boolean {
    return this.#signaturesLeft === 0 || length === MAX_PATH_LENGTH;
  }

  #isAnchor(certificate: Certificate): boolean {
    return this.#anchorsFor(certificate)
      .some((anchor) => isSame(anchor, certificate));
  }

  #anchorsFor(certificate: Certificate): readonly Certificate[] {
    const { anchors } = this.#space;
    return typeof anchors === "function" ? anchors(certificate) : anchors;
  }

  /** Certificates that may have issued one, trusted ones first. */
  #findIssuers(
    certificate: Certificate,
    path: readonly Certificate[],
  ): readonly Certificate[] {
    const found: Certificate[] = [];
    const all = [...this.#anchorsFor(certificate), ...this.#space.sent];
    for (const candidate of all) {
      if (!mayHaveIssued(candidate, certificate)) continue;
      if (path.some((each) => isSameEntity(each, candidate))) continue;
      if (found.some((each) => isSame(each, candidate))) continue;
      found.push(candidate);
    }
    return found;
  }

  /** What is weak is told with the path, so it counts as valid here. */
  async #check(
    certificate: Certificate,
    issuer: Certificate,
  ): Promise<SignatureCheck> {
    this.#signaturesLeft--;
    const { fields, pki } = certificateStateOf(certificate);
    if (isWeak(fields.signature)) return "valid";
    return await checkSignature(fields, fieldsOf(issuer).publicKey, pki);
  }

  async #endOf(
    last: Certificate,
    checks: Set<SignatureCheck>,
  ): Promise<PathEnd> {
    // Others may have its name, too.
    if (mayHaveIssued(last, last)) {
      if (this.#signaturesLeft === 0) return "exhausted";
      const check = await this.#check(last, last);
      if (check === "valid") return "selfSigned";
      checks.add(check);
    }
    if (checks.has("unsupported")) return "unsupported";
    return checks.has("invalid") ? "forged" : "missing";
  }
}

/**
 * Whether the names and the key identifiers fit. Names are compared as bytes,
 * as webpki and Go have it.
 */
function mayHaveIssued(issuer: Certificate, certificate: Certificate): boolean {
  const { subject, extensions: { subjectKeyId } } = fieldsOf(issuer);
  const { issuer: name, extensions } = fieldsOf(certificate);
  const { authorityKeyId } = extensions;
  return bytesEqual(subject.der, name.der) &&
    (subjectKeyId === null || authorityKeyId === null ||
      bytesEqual(subjectKeyId, authorityKeyId));
}

/** Whether two certificates are of the same name and the same key. */
function isSameEntity(a: Certificate, b: Certificate): boolean {
  const { subject, publicKey } = fieldsOf(a);
  const other = fieldsOf(b);
  return bytesEqual(subject.der, other.subject.der) &&
    bytesEqual(publicKey.der, other.publicKey.der);
}

function isSame(a: Certificate, b: Certificate): boolean {
  return bytesEqual(fieldsOf(a).der, fieldsOf(b).der);
}

function fieldsOf(certificate: Certificate): CertificateFields {
  return certificateStateOf(certificate).fields;
}
