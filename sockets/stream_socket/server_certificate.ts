import type { Certificate } from "../certificates/certificate.ts";

/**
 * The certificate of a server of TLS, with its private key: one for all clients,
 * or what gives one for the name that a client asks for (SNI, RFC 6066). That is
 * `null` if it asks for none; and whom `null` is given for is refused.
 */
export type ServerCertificate =
  | Certificate
  | ((serverName: string | null) => Certificate | null);
