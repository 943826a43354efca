import type { X509Certificate } from "node:crypto";
import {
  type CertificateLoader,
  loadCertificates,
} from "./_load_certificates.ts";
import { certificateStateOf } from "./_certificate_state.ts";
import { loadOnce } from "./_load_once.ts";
import { loadPki, type Pki } from "./_pki.ts";
import type { Certificate } from "./certificate.ts";

/** Certificates that are trusted, by the name of their subject. */
export interface RootStore {
  /** Those whose subject has the name of the issuer of a certificate. */
  findIssuers(certificate: Certificate): readonly Certificate[];
}

/** Whether the program has the permission to see which roots there are. */
export function maySeeSystemRoots(): boolean {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "ca" });
  return state === "granted";
}

/**
 * The root certificates of Mozilla, which Deno has, and those of the system.
 *
 * @returns Null if the `sys` permission for `ca` is not granted; nobody is
 * asked for it.
 */
export async function systemRoots(): Promise<RootStore | null> {
  return maySeeSystemRoots() ? await loadSystemRoots() : null;
}

const loadSystemRoots = loadOnce(async () => {
  const { getCACertificates } = await import("node:tls");
  const pems = new Set(getCACertificates("bundled"));
  try {
    for (const pem of getCACertificates("system")) pems.add(pem);
  } catch {
    // The system has no store, or one that cannot be read.
  }
  return await createRootStore([...pems]);
});

/**
 * Makes a store of certificates in PEM. Those that cannot be read are left out.
 * They are parsed when they are needed: all 150 of Mozilla would take 200 ms.
 */
export async function createRootStore(
  pems: readonly string[],
): Promise<RootStore> {
  return new IndexedRootStore(pems, await loadPki(), await loadCertificates());
}

class IndexedRootStore implements RootStore {
  readonly #pki: Pki;
  readonly #loader: CertificateLoader;
  readonly #bySubject: ReadonlyMap<string, readonly X509Certificate[]>;
  readonly #parsed = new Map<X509Certificate, Certificate | null>();

  constructor(pems: readonly string[], pki: Pki, loader: CertificateLoader) {
    this.#pki = pki;
    this.#loader = loader;
    const roots = pems.map((pem) => this.#read(pem)).filter((root) =>
      root !== null
    );
    this.#bySubject = Map.groupBy(roots, ({ subject }) => subject);
  }

  findIssuers(certificate: Certificate): readonly Certificate[] {
    const issuer = this.#read(certificateStateOf(certificate).der)?.issuer;
    if (issuer === undefined) return [];
    return (this.#bySubject.get(issuer) ?? []).map((root) => this.#parse(root))
      .filter((root) => root !== null);
  }

  #read(certificate: string | Uint8Array<ArrayBuffer>): X509Certificate | null {
    try {
      return new this.#pki.crypto.X509Certificate(certificate);
    } catch {
      return null;
    }
  }

  #parse(root: X509Certificate): Certificate | null {
    const known = this.#parsed.get(root);
    if (known !== undefined) return known;
    const parsed = this.#fromDer(root.raw);
    this.#parsed.set(root, parsed);
    return parsed;
  }

  #fromDer(der: Uint8Array): Certificate | null {
    try {
      return this.#loader.fromDer(der);
    } catch {
      return null;
    }
  }
}
