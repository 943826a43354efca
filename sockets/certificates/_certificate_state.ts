import type { Bytes, CertificateFields } from "./_certificate_fields.ts";
import { encodePem } from "./_pem.ts";
import type { Pki } from "./_pki.ts";
import type { Certificate } from "./certificate.ts";

/** What a `Certificate` is made of. */
export interface CertificateParts {
  /** What it was read with. */
  readonly pki: Pki;
  readonly fields: CertificateFields;
  /** The certificates that follow it, of its issuers. */
  readonly chain?: readonly Certificate[] | undefined;
  /** PEM of PKCS#8. */
  readonly privateKey?: string | undefined;
  readonly friendlyName?: string | undefined;
}

/** What a `Certificate` holds, for the other layers. */
export class CertificateState {
  readonly pki: Pki;
  readonly fields: CertificateFields;
  readonly chain: readonly Certificate[];
  readonly privateKey: string | null;
  friendlyName: string;

  constructor(parts: CertificateParts) {
    const { pki, fields, chain, privateKey, friendlyName } = parts;
    this.pki = pki;
    this.fields = fields;
    this.chain = chain ?? [];
    this.privateKey = privateKey ?? null;
    this.friendlyName = friendlyName ?? "";
  }

  get der(): Bytes {
    return this.fields.der;
  }

  /** The certificate alone. */
  get ownPem(): string {
    return encodePem("CERTIFICATE", this.der);
  }

  /** The certificate and its chain. */
  get pem(): string {
    const { chain } = this;
    const pems = chain.map((each) => certificateStateOf(each).ownPem);
    return [this.ownPem, ...pems].join("");
  }
}

/** What the class `Certificate` alone can do. */
interface Access {
  readonly create: (state: CertificateState) => Certificate;
  readonly read: (certificate: Certificate) => CertificateState;
}

let access: Access | null = null;

/** Tells how certificates are made, and how their state is read. */
export function setCertificateAccess(value: Access): void {
  access = value;
}

/** Makes a certificate, whose module must be loaded. */
export function createCertificate(parts: CertificateParts): Certificate {
  return getAccess().create(new CertificateState(parts));
}

/** The state of a certificate. */
export function certificateStateOf(certificate: Certificate): CertificateState {
  return getAccess().read(certificate);
}

function getAccess(): Access {
  if (access === null) throw new TypeError("No Certificate was loaded");
  return access;
}
