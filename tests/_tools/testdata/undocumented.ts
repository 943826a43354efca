/** @param z One. */
export function f<T>(a: T, ...b: string[]): T {
  return a;
}

export class A {
  private constructor(a: number) {}
  a = 1;
  get b(): number {
    return 1;
  }
  c(): void {}
}
export const C = { a: 1 } as const;

/**
 * A constant.
 *
 * @example
 * ```ts
 * import { C } from "./mod.ts";
 * ```
 *
 * @example Other
 * ```js
 * import { assert } from "@std/assert";
 * ```
 *
 * @example Without code
 */
export const D = 1;

export const N: number = 1;
