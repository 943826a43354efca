import { Certificate } from "../../../mod.ts";
import {
  type MadeCertificate,
  makeLeaf,
  makeRoot,
} from "./_make_certificates.ts";

/** Certificates for tests that need good ones. */
export interface Identities {
  /** Trusted for all of them. */
  readonly root: Certificate;
  readonly rootMade: MadeCertificate;
  /** Of a server at localhost, 127.0.0.1 and ::1. */
  readonly server: Certificate;
  /** Of a client. */
  readonly client: Certificate;
}

let identities: Promise<Identities> | null = null;

/** Good certificates; always the same ones. */
export function goodIdentities(): Promise<Identities> {
  return identities ??= makeIdentities();
}

async function makeIdentities(): Promise<Identities> {
  const rootMade = await makeRoot();
  const server = await makeLeaf({
    issuer: rootMade,
    subject: "CN=Server",
    dnsNames: ["localhost"],
    ipAddresses: ["127.0.0.1", "::1"],
  });
  const client = await makeLeaf({ issuer: rootMade, subject: "CN=Client" });
  return {
    root: await Certificate.fromDer(rootMade.der),
    rootMade,
    server: await toCertificate(server),
    client: await toCertificate(client),
  };
}

/** A certificate that was made, with its private key and its chain. */
export function toCertificate(
  { chainPem, privateKeyPem }: MadeCertificate,
): Promise<Certificate> {
  return Certificate.fromPem(chainPem, { privateKey: privateKeyPem });
}
