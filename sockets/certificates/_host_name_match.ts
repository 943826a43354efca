import { bytesEqual } from "./_bytes_equal.ts";
import { type GeneralNameFields, NameKind } from "./_certificate_fields.ts";
import { parseIP } from "./_ip_text.ts";

/**
 * Whether a certificate with these names is for a host (RFC 9525).
 *
 * The common name of the subject does not count. A wildcard is the whole first
 * label, and has two labels behind it at least: `*.example.com`, but neither
 * `w*.example.com` nor `*.com`. It stands for exactly one label.
 *
 * @param hostName A canonical name, in ASCII, or an IP address.
 */
export function matchesHostName(
  hostName: string,
  names: readonly GeneralNameFields[],
): boolean {
  const address = parseIP(hostName);
  if (address !== null) {
    return names.some(({ kind, bytes }) =>
      kind === NameKind.ip && bytesEqual(bytes, address)
    );
  }
  const labels = toLabels(hostName);
  return names.some(({ kind, text }) =>
    kind === NameKind.dns && matches(toLabels(text), labels)
  );
}

/** The labels of a name, without that of a final dot. */
function toLabels(name: string): readonly string[] {
  return name.replace(/\.$/, "").toLowerCase().split(".");
}

function matches(
  presented: readonly string[],
  labels: readonly string[],
): boolean {
  if (presented.length !== labels.length || labels.includes("")) return false;
  const isWildcard = presented[0] === "*" && presented.length > 2;
  return presented.every((label, i) =>
    label === labels[i] || (isWildcard && i === 0)
  );
}
