import { loadOnce } from "./_load_once.ts";

/** The libraries that read certificates. */
export interface Pki {
  readonly asn1js: typeof import("asn1js");
  readonly crypto: typeof import("node:crypto");
  readonly pkijs: typeof import("pkijs");
}

/**
 * Loads the libraries, once. They take some 100 ms and leave a global variable
 * of PKI.js, so that only programs which use certificates have them.
 */
export const loadPki: () => Promise<Pki> = loadOnce(async () => {
  const [asn1js, crypto, pkijs] = await Promise.all([
    import("asn1js"),
    import("node:crypto"),
    import("pkijs"),
  ]);
  return { asn1js, crypto, pkijs };
});
