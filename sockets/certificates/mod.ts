/**
 * X.509 certificates, and what may be wrong with their chains.
 *
 * @module
 */
export * from "./certificate.ts";
export * from "./certificate_key_usages.ts";
export * from "./chain_validation_result.ts";
export * from "./subject_alternative_name_info.ts";
