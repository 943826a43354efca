import { Certificate } from "../../mod.ts";
import {
  type MadeCertificate,
  makeAuthority,
  makeLeaf,
  type MakeOptions,
  makeRoot,
} from "../sockets/certificates/_make_certificates.ts";
import type { Files } from "./_tls_peers.ts";

/** Who certifies others. */
export interface Authority {
  readonly certificate: Certificate;
  readonly pem: string;
}

/** Who has a certificate with its private key. */
export interface Identity extends Authority {
  /** The certificates between this one and the root. */
  readonly issuersPem: string;
  readonly privateKeyPem: string;
}

/** Who takes part in the tests. */
export interface Identities {
  /** The one that is trusted. */
  readonly root: Authority;
  /** For `localhost`, under an authority of the root. */
  readonly server: Identity;
  /** Also under an authority of the root. */
  readonly client: Identity;
  /** For `one.test` and `two.test`, under the root itself. */
  readonly one: Identity;
  readonly two: Identity;
  /** For `localhost`, under a root that is not trusted. */
  readonly stranger: Identity;
  readonly strangeRoot: Authority;
}

let making: Promise<Identities> | null = null;

/** The certificates of the tests, made at first use. */
export function identities(): Promise<Identities> {
  return making ??= make();
}

/** Writes a certificate with those of its issuers, and resolves with the path. */
export function writeChain(
  files: Files,
  { pem, issuersPem }: Identity,
): Promise<string> {
  return files.write("chain.pem", `${pem}${issuersPem}`);
}

/** Writes a private key, and resolves with the path. */
export function writeKey(
  files: Files,
  { privateKeyPem }: Identity,
): Promise<string> {
  return files.write("key.pem", privateKeyPem);
}

/** The options of OpenSSL that tell of the trusted root. */
export async function rootOptions(
  files: Files,
  { pem }: Authority,
): Promise<readonly string[]> {
  const path = await files.write("root.pem", pem);
  return ["-CAfile", path, "-verify_return_error"];
}

/** The options of OpenSSL that tell of a certificate. */
export async function identityOptions(
  files: Files,
  identity: Identity,
): Promise<readonly string[]> {
  const { pem, issuersPem } = identity;
  return [
    ...["-cert", await files.write("certificate.pem", pem)],
    ...["-key", await writeKey(files, identity)],
    ...issuersPem === ""
      ? []
      : ["-cert_chain", await files.write("issuers.pem", issuersPem)],
  ];
}

async function make(): Promise<Identities> {
  const root = await makeRoot();
  const issuer = await makeAuthority({ issuer: root });
  const strangeRoot = await makeRoot({ subject: "O=Tests,CN=Strange Root" });
  return {
    root: await toAuthority(root),
    server: await identify({ issuer, subject: "CN=Server" }),
    client: await identify({ issuer, subject: "CN=Client" }),
    one: await identify({
      issuer: root,
      subject: "CN=One",
      dnsNames: ["one.test"],
    }),
    two: await identify({
      issuer: root,
      subject: "CN=Two",
      dnsNames: ["two.test"],
    }),
    stranger: await identify({ issuer: strangeRoot, subject: "CN=Stranger" }),
    strangeRoot: await toAuthority(strangeRoot),
  };
}

async function toAuthority(
  { certificatePem: pem }: MadeCertificate,
): Promise<Authority> {
  return { certificate: await Certificate.fromPem(pem), pem };
}

async function identify(options: MakeOptions): Promise<Identity> {
  const { certificatePem: pem, chainPem, privateKeyPem } = await makeLeaf(
    options,
  );
  return {
    certificate: await Certificate.fromPem(chainPem, {
      privateKey: privateKeyPem,
    }),
    pem,
    issuersPem: chainPem.slice(pem.length),
    privateKeyPem,
  };
}
