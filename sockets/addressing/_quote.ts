/**
 * A value as messages show it: a string in double quotes, with control
 * characters escaped so that a message stays on its line; of an object only
 * that it is one, since its own text might throw.
 */
export function quote(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}
