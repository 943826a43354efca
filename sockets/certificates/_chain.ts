import type { GeneralNameFields } from "./_certificate_fields.ts";
import { certificateStateOf } from "./_certificate_state.ts";
import { matchesHostName } from "./_host_name_match.ts";
import { ComparisonBudget } from "./_name_constraints.ts";
import { checkPath } from "./_path_checks.ts";
import {
  type Anchors,
  findPaths,
  type Path,
  type PathEnd,
} from "./_path_search.ts";
import { isIgnorable } from "./_severity.ts";
import type { Certificate } from "./certificate.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

/** A certificate to validate. */
export interface ChainRequest {
  readonly leaf: Certificate;
  /** What came with it, in any order; nothing of it is trusted. */
  readonly sent: readonly Certificate[];
  /** What is trusted; a function gives those that may be or may have issued one. */
  readonly anchors: Anchors;
  readonly purpose: "serverAuthentication" | "clientAuthentication";
  /** A canonical name or an IP address; null if any will do. */
  readonly hostName: string | null;
  readonly now: Date;
}

/** What came out. */
export interface ChainVerdict {
  /** All that is wrong with the best path, in the order of their numbers. */
  readonly errors: readonly ChainValidationResult[];
  /** The path, with the certificate itself. */
  readonly chain: readonly Certificate[];
}

/** What the end of a path says of it. */
const RESULT_OF_END: Readonly<Record<PathEnd, ChainValidationResult>> = {
  anchor: ChainValidationResult.success,
  selfSigned: ChainValidationResult.untrusted,
  missing: ChainValidationResult.incompleteChain,
  forged: ChainValidationResult.invalidSignature,
  unsupported: ChainValidationResult.otherErrors,
  exhausted: ChainValidationResult.otherErrors,
};

/** Validates a certificate: the first path without a fault is the one. */
export async function validateChain(
  request: ChainRequest,
): Promise<ChainVerdict> {
  const { leaf, hostName } = request;
  let best: JudgedPath | null = null;
  const budget = new ComparisonBudget();
  for await (const path of findPaths(leaf, request)) {
    const judged = judge(path, request, budget);
    if (best === null || isBetter(judged, best)) best = judged;
    if (best.errors.size === 0) break;
  }
  const errors = new Set(best?.errors);
  const { names } = certificateStateOf(leaf).fields.extensions;
  if (!isFor(hostName, names)) errors.add(ChainValidationResult.invalidName);
  return {
    errors: [...errors].sort((a, b) => a - b),
    chain: best?.path.certificates ?? [leaf],
  };
}

interface JudgedPath {
  readonly path: Path;
  readonly errors: ReadonlySet<ChainValidationResult>;
}

function judge(
  path: Path,
  { purpose, now }: ChainRequest,
  budget: ComparisonBudget,
): JudgedPath {
  const { certificates, end } = path;
  const fields = certificates.map((each) => certificateStateOf(each).fields);
  const isTrusted = end === "anchor";
  const errors = new Set(checkPath(fields, {
    purpose,
    now: now.getTime(),
    isTrusted,
    budget,
    isEndSelfMade: isTrusted || end === "selfSigned",
  }));
  if (!isTrusted) errors.add(RESULT_OF_END[end]);
  return { path, errors };
}

/** A trusted end comes first, then faults that may be ignored, then few. */
function isBetter(a: JudgedPath, b: JudgedPath): boolean {
  const [ranksOfA, ranksOfB] = [rank(a), rank(b)];
  const i = ranksOfA.findIndex((value, i) => value !== ranksOfB[i]);
  return (ranksOfA[i] ?? 0) < (ranksOfB[i] ?? 0);
}

function rank({ path, errors }: JudgedPath): readonly number[] {
  const fatal = [...errors].filter((error) => !isIgnorable(error));
  return [path.end === "anchor" ? 0 : 1, fatal.length, errors.size];
}

function isFor(
  hostName: string | null,
  names: readonly GeneralNameFields[],
): boolean {
  return hostName === null || matchesHostName(hostName, names);
}
