import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { NameKind } from "../../../sockets/certificates/_certificate_fields.ts";
import { parseIP } from "../../../sockets/certificates/_ip_text.ts";
import { Extension } from "./_make_certificates.ts";

/** Names by their kind; an IP range is an address, a slash and a mask. */
export type ConstrainedNames = Partial<
  Record<keyof typeof NameKind, readonly string[]>
>;

/** What an authority may issue certificates for. */
export interface Constraints {
  readonly permitted?: ConstrainedNames;
  readonly excluded?: ConstrainedNames;
  readonly isCritical?: boolean;
}

/** Makes the extension. */
export function makeNameConstraints(
  { permitted, excluded, isCritical = true }: Constraints,
): Extension {
  const constraints = new pkijs.NameConstraints({
    ...permitted && { permittedSubtrees: toSubtrees(permitted) },
    ...excluded && { excludedSubtrees: toSubtrees(excluded) },
  });
  const bytes = constraints.toSchema().toBER();
  return new Extension("2.5.29.30", isCritical, bytes);
}

function toSubtrees(names: ConstrainedNames): pkijs.GeneralSubtree[] {
  const { dns = [], email = [], url = [], ip = [], directory = [] } = names;
  return [
    ...dns.map((value) => ({ type: NameKind.dns, value })),
    ...email.map((value) => ({ type: NameKind.email, value })),
    ...url.map((value) => ({ type: NameKind.url, value })),
    ...ip.map((range) => ({ type: NameKind.ip, value: toRange(range) })),
    ...directory.map((name) => ({
      type: NameKind.directory,
      value: toDirectoryName(name),
    })),
  ].map((name) => {
    const base = new pkijs.GeneralName(name);
    return new pkijs.GeneralSubtree({ base });
  });
}

function toRange(text: string): asn1js.OctetString {
  const bytes = text.split("/").flatMap((part) => [...parseIP(part) ?? []]);
  return new asn1js.OctetString({ valueHex: new Uint8Array(bytes) });
}

/** Of one attribute, which is the organization. */
function toDirectoryName(text: string): pkijs.RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: text.replace("O=", "") });
  const attribute = new pkijs.AttributeTypeAndValue({
    type: "2.5.4.10",
    value,
  });
  return new pkijs.RelativeDistinguishedNames({ typesAndValues: [attribute] });
}
