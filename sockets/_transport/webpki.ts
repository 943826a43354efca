import { certificateStateOf } from "../certificates/_certificate_state.ts";
import type { Certificate } from "../certificates/certificate.ts";

const readable = new WeakMap<Certificate, boolean>();

/**
 * Whether the runtime's TLS can read a certificate (webpki). It tells so when it
 * is to be trusted, which asks for no permission and takes 0.2 ms.
 */
export function isReadByRuntime(certificate: Certificate): boolean {
  const known = readable.get(certificate);
  if (known !== undefined) return known;
  const isRead = read(certificateStateOf(certificate).ownPem);
  readable.set(certificate, isRead);
  return isRead;
}

function read(pem: string): boolean {
  try {
    Deno.createHttpClient({ caCerts: [pem] }).close();
    return true;
  } catch {
    return false;
  }
}
