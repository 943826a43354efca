import { Certificate } from "../../../mod.ts";
import {
  type ChainRequest,
  type ChainVerdict,
  validateChain,
} from "../../../sockets/certificates/_chain.ts";
import { decodePem, splitPem } from "../../../sockets/certificates/_pem.ts";
import { readTestdataText } from "./_testdata.ts";

/** A certificate in DER, such as one that was made. */
export interface DerCertificate {
  readonly der: Uint8Array;
}

/** Reads a certificate that was made. */
export function read({ der }: DerCertificate): Promise<Certificate> {
  return Certificate.fromDer(der);
}

/** Reads a certificate of `testdata/`. */
export async function readPem(name: string): Promise<DerCertificate> {
  const [block] = splitPem(await readTestdataText(name));
  if (block === undefined) throw new TypeError(`No certificate in ${name}`);
  return { der: decodePem(block) };
}

/** What to validate a certificate with; all else has a default. */
export interface ValidateOptions extends Partial<Omit<ChainRequest, "leaf">> {
  readonly trust?: readonly DerCertificate[];
  readonly send?: readonly DerCertificate[];
}

/** Validates a certificate, of a server with any name unless told otherwise. */
export async function validate(
  leaf: DerCertificate,
  { trust = [], send = [], ...options }: ValidateOptions = {},
): Promise<ChainVerdict> {
  return await validateChain({
    leaf: await read(leaf),
    sent: await Promise.all(send.map(read)),
    anchors: await Promise.all(trust.map(read)),
    purpose: "serverAuthentication",
    hostName: null,
    now: new Date(),
    ...options,
  });
}

/** The subjects of a chain. */
export function subjectsOf(
  { chain }: ChainVerdict,
): readonly string[] {
  return chain.map(({ subject }) => subject);
}
