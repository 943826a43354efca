/** A value of any kind as messages show it: short, and on one line. */
export function describe(value: unknown): string {
  return Deno.inspect(value, {
    breakLength: Infinity,
    compact: true,
    depth: 0,
    iterableLimit: 3,
    strAbbreviateSize: 40,
  });
}
