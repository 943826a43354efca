/**
 * Finds what a table of signed HRESULTs holds for a number in signed or
 * unsigned form.
 *
 * Numbers that are neither are not looked up: `| 0` alone would wrap them into
 * the value of another HRESULT.
 *
 * @param table The table, by signed HRESULT.
 * @param hresult The HRESULT, signed or unsigned.
 * @returns What the table holds, or `undefined`.
 */
export function lookUpStatus<T>(
  table: ReadonlyMap<number, T>,
  hresult: number,
): T | undefined {
  const signed = hresult | 0;
  if (signed !== hresult && signed >>> 0 !== hresult) return undefined;
  return table.get(signed);
}
