/**
 * A function.
 *
 * @typeParam T A type.
 * @param a One.
 * @param options Two.
 * @returns Three.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(true);
 * ```
 */
export function f<T>(a: T, options: { b?: T } = {}): T {
  return options.b ?? a;
}

/**
 * A class.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(true);
 * ```
 */
export class A {
  /** Made of nothing. */
  constructor() {}
  /** A property. */
  a = 1;
  /** An accessor. */
  get b(): number {
    return 1;
  }
  set b(value: number) {}
  /**
   * A method.
   *
   * @param c One.
   *
   * @example Usage
   * ```ts
   * import { assert } from "@std/assert";
   *
   * assert(true);
   * ```
   */
  c(c: number): Promise<void>;
  /**
   * The same.
   *
   * @param d One.
   *
   * @example Usage
   * ```ts
   * import { assert } from "@std/assert";
   *
   * assert(true);
   * ```
   */
  c(d: string): Promise<void>;
  c(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A constant.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(true);
 * ```
 */
export const C = {
  /** One. */
  a: 1,
} as const;
/** Its values. */
export type C = typeof C[keyof typeof C];

/** A number has nothing to show. */
export const N: number = 1;
