import { type GeneralNameFields, NameKind } from "./_certificate_fields.ts";
import { formatIP } from "./_ip_text.ts";
import type { SubjectAlternativeNameInfo } from "./subject_alternative_name_info.ts";

/** The names of a certificate as text, by their kind. */
export function toNameInfo(
  names: readonly GeneralNameFields[],
): SubjectAlternativeNameInfo {
  function textsOf(kind: number): readonly string[] {
    const texts = names.filter((name) => name.kind === kind)
      .map(({ text }) => text);
    return Object.freeze(texts);
  }
  const ipAddresses = names.filter(({ kind }) => kind === NameKind.ip)
    .map(({ bytes }) => formatIP(bytes))
    .filter((text) => text !== null);
  return Object.freeze({
    dnsNames: textsOf(NameKind.dns),
    emailNames: textsOf(NameKind.email),
    ipAddresses: Object.freeze(ipAddresses),
    urls: textsOf(NameKind.url),
  });
}
