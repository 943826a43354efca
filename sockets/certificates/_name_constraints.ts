import {
  type CertificateFields,
  type GeneralNameFields,
  NameKind,
} from "./_certificate_fields.ts";
import { Extension } from "./_object_identifiers.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

/** So many names are compared with constraints in one validation, as webpki has it. */
const MAX_COMPARISONS = 250_000;

/** What is left to compare: a peer may send thousands of names and constraints. */
export class ComparisonBudget {
  #left = MAX_COMPARISONS;

  /** Takes out as many; tells whether there were so many. */
  spend(count: number): boolean {
    this.#left = count > this.#left ? 0 : this.#left - count;
    return this.#left > 0;
  }
}

/**
 * Whether the names of a certificate are those that an authority above it may
 * issue certificates for (RFC 5280, section 4.2.1.10). Host names and IP
 * addresses are compared; a critical constraint on names of another kind that
 * the certificate has is one that is not understood.
 *
 * @returns `success`, `invalidName` or `unknownCriticalExtension`; `otherErrors`
 * if there is too much to compare.
 */
export function checkNameConstraints(
  authority: CertificateFields,
  certificate: CertificateFields,
  budget: ComparisonBudget,
): ChainValidationResult {
  const { nameConstraints, critical } = authority.extensions;
  if (nameConstraints === null) return ChainValidationResult.success;
  const isCritical = critical.includes(Extension.nameConstraints);
  const allPermitted = byKind(nameConstraints.permitted);
  const allExcluded = byKind(nameConstraints.excluded);
  for (const name of namesOf(certificate)) {
    const permitted = allPermitted.get(name.kind) ?? [];
    const excluded = allExcluded.get(name.kind) ?? [];
    if (!budget.spend(1 + permitted.length + excluded.length)) {
      return ChainValidationResult.otherErrors;
    }
    if (permitted.length + excluded.length === 0) continue;
    if (!isComparable(name)) {
      if (isCritical) return ChainValidationResult.unknownCriticalExtension;
      continue;
    }
    const isPermitted = permitted.length === 0 ||
      permitted.some((constraint) => isWithin(name, constraint));
    if (!isPermitted || excluded.some((each) => overlaps(name, each))) {
      return ChainValidationResult.invalidName;
    }
  }
  return ChainValidationResult.success;
}

function byKind(
  constraints: readonly GeneralNameFields[],
): ReadonlyMap<number, readonly GeneralNameFields[]> {
  return Map.groupBy(constraints, ({ kind }) => kind);
}

/** The names of a certificate, its subject among them. */
function namesOf(
  { subject, extensions }: CertificateFields,
): readonly GeneralNameFields[] {
  if (subject.text === "") return extensions.names;
  const { der: bytes, text } = subject;
  return [...extensions.names, { kind: NameKind.directory, text, bytes }];
}

function isComparable({ kind }: GeneralNameFields): boolean {
  return kind === NameKind.dns || kind === NameKind.ip;
}

/** Whether all that a name stands for is within a constraint of its kind. */
function isWithin(
  name: GeneralNameFields,
  constraint: GeneralNameFields,
): boolean {
  return name.kind === NameKind.ip
    ? isInRange(name.bytes, constraint.bytes)
    : isInDomain(normalize(name.text), normalize(constraint.text));
}

/** Whether some of what a name stands for is within a constraint of its kind. */
function overlaps(
  name: GeneralNameFields,
  constraint: GeneralNameFields,
): boolean {
  if (isWithin(name, constraint)) return true;
  // `*.example.com` stands for `a.example.com`, too.
  const [first, ...parent] = normalize(name.text).split(".");
  const [, ...parentOfConstraint] = normalize(constraint.text).split(".");
  return first === "*" && parent.join(".") === parentOfConstraint.join(".");
}

function normalize(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** A dot in front means the subdomains alone, as OpenSSL and Go have it. */
function isInDomain(name: string, domain: string): boolean {
  if (domain === "" || name === domain) return true;
  return name.endsWith(domain.startsWith(".") ? domain : `.${domain}`);
}

/** The range is an address, and a mask of the same length. */
function isInRange(address: Uint8Array, range: Uint8Array): boolean {
  const { length } = address;
  return range.length === 2 * length &&
    address.every((byte, i) => {
      const mask = range[length + i] ?? 0;
      return (byte & mask) === ((range[i] ?? 0) & mask);
    });
}
