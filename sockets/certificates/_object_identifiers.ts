/** The extensions of RFC 5280, section 4.2.1, that are read. */
export const Extension = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  authorityKeyId: "2.5.29.35",
  enhancedKeyUsage: "2.5.29.37",
} as const;

/** The purposes of RFC 5280, section 4.2.1.12. */
export const Purpose = {
  any: "2.5.29.37.0",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  clientAuthentication: "1.3.6.1.5.5.7.3.2",
} as const;

/** The algorithms of public keys. */
export const KeyAlgorithm = {
  rsa: "1.2.840.113549.1.1.1",
  rsaPss: "1.2.840.113549.1.1.10",
  ec: "1.2.840.10045.2.1",
  ed25519: "1.3.101.112",
} as const;
