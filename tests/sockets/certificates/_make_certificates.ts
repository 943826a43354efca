import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export { Extension, KeyUsageFlags };

/** A kind of key. */
export type KeyKind =
  | "p256"
  | "p384"
  | "p521"
  | "ed25519"
  | "rsa"
  | "rsa1024"
  | "rsaSha1"
  | "rsaPss";

/** A certificate with its private key. */
export interface MadeCertificate {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly certificatePem: string;
  /** PEM of PKCS#8. */
  readonly privateKeyPem: string;
  /** The certificate and those of its issuers but the root, as servers send it. */
  readonly chainPem: string;
  /** What a further certificate is issued with. */
  readonly issuer: Issuer;
}

/** Who issues a certificate. */
export interface Issuer {
  readonly subject: string;
  readonly keys: CryptoKeyPair;
  readonly keyKind: KeyKind;
  /** PEM of its chain without the root. */
  readonly chainPem: string;
}

/** How a certificate is made. */
export interface MakeOptions {
  /** Who issues it; it signs itself if this is left out. */
  readonly issuer?: MadeCertificate;
  /** Its name; unlike in RFC 4514 the common name comes last. */
  readonly subject?: string;
  /** The name of its issuer, if it shall not be that of the issuer. */
  readonly issuerName?: string;
  readonly keyKind?: KeyKind;
  readonly keys?: CryptoKeyPair;
  /** The hash of the signature. */
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serialNumber?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly emailNames?: readonly string[];
  readonly urls?: readonly string[];
  /** OIDs for the extended key usage; null for none. */
  readonly purposes?: readonly string[] | null;
  /** Flags of the key usage; null for none. */
  readonly keyUsages?: number | null;
  /** Whether the basic constraints say so; null for none. */
  readonly isAuthority?: boolean | null;
  readonly pathLength?: number;
  /** Whether to have key identifiers. */
  readonly hasKeyIds?: boolean;
  readonly extensions?: readonly Extension[];
}

type KeyAlgorithm =
  | { readonly name: "ECDSA"; readonly namedCurve: string }
  | { readonly name: "Ed25519" }
  | {
    readonly name: "RSA-PSS" | "RSASSA-PKCS1-v1_5";
    readonly hash: string;
    readonly modulusLength: number;
    readonly publicExponent: Uint8Array<ArrayBuffer>;
  };

const publicExponent = new Uint8Array([1, 0, 1]);
const KEY_ALGORITHMS: Readonly<Record<KeyKind, KeyAlgorithm>> = {
  p256: { name: "ECDSA", namedCurve: "P-256" },
  p384: { name: "ECDSA", namedCurve: "P-384" },
  p521: { name: "ECDSA", namedCurve: "P-521" },
  ed25519: { name: "Ed25519" },
  rsa: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent,
  },
  /** A key that is too short. */
  rsa1024: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 1024,
    publicExponent,
  },
  /** WebCrypto ties the hash to the key. */
  rsaSha1: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-1",
    modulusLength: 2048,
    publicExponent,
  },
  rsaPss: {
    name: "RSA-PSS",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent,
  },
};

/** The purposes of servers and clients. */
export const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
export const CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

const HOUR = 3_600_000;
const SIGN_CERTIFICATES = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;

/** Makes a root certificate. */
export function makeRoot(options: MakeOptions = {}): Promise<MadeCertificate> {
  return makeAuthority({ subject: "O=Tests,CN=Root", ...options });
}

/** Makes the certificate of an authority, a root by default. */
export function makeAuthority(
  options: MakeOptions = {},
): Promise<MadeCertificate> {
  return makeCertificate({
    subject: "O=Tests,CN=Authority",
    purposes: null,
    keyUsages: SIGN_CERTIFICATES,
    isAuthority: true,
    ...options,
  });
}

/** Makes the certificate of a server at localhost, valid for an hour. */
export function makeLeaf(options: MakeOptions = {}): Promise<MadeCertificate> {
  const hasNames = options.ipAddresses !== undefined;
  return makeCertificate({
    subject: "CN=Leaf",
    dnsNames: hasNames ? [] : ["localhost"],
    ...options,
  });
}

/** Makes any certificate. */
export async function makeCertificate(
  options: MakeOptions,
): Promise<MadeCertificate> {
  const subject = options.subject ?? "CN=Leaf";
  const keyKind = options.keyKind ?? "p256";
  const keys = options.keys ?? await makeKeys(keyKind);
  const issuer = options.issuer?.issuer ??
    { subject, keys, keyKind, chainPem: "" };
  const certificate = await X509CertificateGenerator.create({
    serialNumber: options.serialNumber ?? makeSerialNumber(),
    subject,
    issuer: options.issuerName ?? issuer.subject,
    notBefore: options.notBefore ?? new Date(Date.now() - HOUR),
    notAfter: options.notAfter ?? new Date(Date.now() + HOUR),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: signingAlgorithm(issuer.keyKind, options.hash),
    extensions: [
      ...makeExtensions(options),
      ...await makeKeyIds(options, keys, issuer),
    ],
  });
  const der = new Uint8Array(certificate.rawData);
  const certificatePem = encodePem("CERTIFICATE", der);
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const isRoot = options.issuer === undefined;
  const chainPem = isRoot ? "" : `${certificatePem}${issuer.chainPem}`;
  return {
    der,
    certificatePem,
    privateKeyPem: encodePem("PRIVATE KEY", new Uint8Array(pkcs8)),
    chainPem: isRoot ? certificatePem : chainPem,
    issuer: { subject, keys, keyKind, chainPem },
  };
}

/** Makes a pair of keys. */
export async function makeKeys(kind: KeyKind): Promise<CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHMS[kind], true, [
    "sign",
    "verify",
  ]);
  if (!("publicKey" in keys)) throw new TypeError("Not a pair of keys");
  return keys;
}

/** An extension that nobody knows. */
export function makeUnknownExtension(isCritical: boolean): Extension {
  return new Extension("1.2.3.4", isCritical, new Uint8Array([5, 0]));
}

/** Writes bytes as PEM. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${
    lines.join("\n")
  }\n-----END ${label}-----\n`;
}

function makeSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `40${bytes.toHex()}`;
}

function signingAlgorithm(kind: KeyKind, hash = "SHA-256"): EcdsaParams {
  const { name } = KEY_ALGORITHMS[kind];
  if (name === "RSA-PSS") {
    const saltLength = 32;
    return Object.assign({ name, hash }, { saltLength });
  }
  return { name, hash: kind === "rsaSha1" ? "SHA-1" : hash };
}

function makeExtensions(options: MakeOptions): Extension[] {
  const extensions: Extension[] = [];
  const { isAuthority = false, pathLength } = options;
  if (isAuthority !== null) {
    extensions.push(
      new BasicConstraintsExtension(isAuthority, pathLength, true),
    );
  }
  const { keyUsages = KeyUsageFlags.digitalSignature } = options;
  if (keyUsages !== null) {
    extensions.push(new KeyUsagesExtension(keyUsages, true));
  }
  const { purposes = [SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION] } = options;
  if (purposes !== null) {
    extensions.push(new ExtendedKeyUsageExtension([...purposes]));
  }
  const names = [
    ...toNames("dns", options.dnsNames),
    ...toNames("ip", options.ipAddresses),
    ...toNames("email", options.emailNames),
    ...toNames("url", options.urls),
  ];
  if (names.length > 0) {
    extensions.push(new SubjectAlternativeNameExtension(names));
  }
  return [...extensions, ...options.extensions ?? []];
}

function toNames<T extends string>(
  type: T,
  values: readonly string[] = [],
): { type: T; value: string }[] {
  return values.map((value) => ({ type, value }));
}

async function makeKeyIds(
  { hasKeyIds = true, issuer }: MakeOptions,
  keys: CryptoKeyPair,
  { keys: issuerKeys }: Issuer,
): Promise<Extension[]> {
  if (!hasKeyIds) return [];
  const ids: Extension[] = [
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
  if (issuer !== undefined) {
    ids.push(
      await AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey),
    );
  }
  return ids;
}
