/** What the order of SRV records depends on (RFC 2782). */
export interface RankedRecord {
  readonly priority: number;
  readonly weight: number;
}

/**
 * The order in which the targets of SRV records are to be tried (RFC 2782,
 * "Usage rules"): the lower priority first; among equals at random, the more
 * likely the greater the weight.
 *
 * @param random Gives numbers from 0 to below 1.
 */
export function orderSrvRecords<T extends RankedRecord>(
  records: readonly T[],
  random: () => number = Math.random,
): T[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))];
  return priorities.sort((a, b) => a - b).flatMap((priority) =>
    drawAll(records.filter((record) => record.priority === priority), random)
  );
}

function drawAll<T extends RankedRecord>(
  records: readonly T[],
  random: () => number,
): T[] {
  // Weight 0 goes first, else it would never be drawn before the others.
  const left = records.toSorted((a, b) =>
    Math.sign(a.weight) - Math.sign(b.weight)
  );
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(draw(left, random), 1));
  return drawn;
}

/** The index of one record, drawn by weight. */
function draw(
  records: readonly RankedRecord[],
  random: () => number,
): number {
  const total = records.reduce((sum, { weight }) => sum + weight, 0);
  const mark = Math.floor(random() * (total + 1));
  let sum = 0;
  return records.findIndex(({ weight }) => (sum += weight) >= mark);
}
