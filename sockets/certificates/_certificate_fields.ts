import type { CertificateKeyUsages } from "./certificate_key_usages.ts";

/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What a certificate says, as plain data. */
export interface CertificateFields {
  /** The whole certificate. */
  readonly der: Bytes;
  /** The part that is signed. */
  readonly signed: Bytes;
  /** 1 to 3. */
  readonly version: number;
  /** Without the zero that only tells that the number is positive. */
  readonly serialNumber: Bytes;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** In ms since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKeyFields;
  readonly signature: SignatureFields;
  readonly extensions: ExtensionFields;
}

/** The name of a subject or an issuer. */
export interface DistinguishedName {
  readonly der: Bytes;
  /** As in RFC 4514. */
  readonly text: string;
  /** Null if it has none. */
  readonly commonName: string | null;
}

/** The key of a certificate. Algorithms and curves are OIDs. */
export interface PublicKeyFields {
  readonly algorithm: string;
  /** The SubjectPublicKeyInfo of the certificate. */
  readonly der: Bytes;
  /** The same as WebCrypto takes it. */
  readonly importable: Bytes;
  /** Of an elliptic curve key. */
  readonly curve: string | null;
  /** The size of an RSA key. */
  readonly rsaBits: number | null;
}

/** The signature under a certificate. Algorithms are OIDs. */
export interface SignatureFields {
  readonly algorithm: string;
  readonly value: Bytes;
  /** The parameters of RSASSA-PSS. */
  readonly pss: { readonly hash: string; readonly saltLength: number } | null;
}

/** The extensions that are read; null or empty where there is none. */
export interface ExtensionFields {
  /** OIDs of all that are critical. */
  readonly critical: readonly string[];
  readonly basicConstraints: BasicConstraintsFields | null;
  readonly keyUsages: CertificateKeyUsages | null;
  /** OIDs. */
  readonly enhancedKeyUsages: readonly string[] | null;
  readonly names: readonly GeneralNameFields[];
  readonly nameConstraints: NameConstraintsFields | null;
  readonly subjectKeyId: Bytes | null;
  readonly authorityKeyId: Bytes | null;
}

/** Whether a certificate is that of an authority. */
export interface BasicConstraintsFields {
  readonly isAuthority: boolean;
  /** How many authorities may follow. */
  readonly maxAuthorities: number;
}

/** The kinds of a GeneralName (RFC 5280, section 4.2.1.6). */
export const NameKind = {
  other: 0,
  email: 1,
  dns: 2,
  x400: 3,
  directory: 4,
  ediParty: 5,
  url: 6,
  ip: 7,
  registeredId: 8,
} as const;

/** One of the names that a certificate is for. */
export interface GeneralNameFields {
  readonly kind: number;
  /** Of an email address, a DNS name or a URL; "" for the rest. */
  readonly text: string;
  /** Of an IP address; of a constraint its mask follows. */
  readonly bytes: Bytes;
}

/** The names that an authority may issue certificates for. */
export interface NameConstraintsFields {
  readonly permitted: readonly GeneralNameFields[];
  readonly excluded: readonly GeneralNameFields[];
}
