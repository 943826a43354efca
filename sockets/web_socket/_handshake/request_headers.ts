import type { HeaderField } from "./header_field.ts";
import { REQUEST_NAMES, toHeader } from "./header_rules.ts";

/** The headers that an app adds to a request. */
export class RequestHeaders {
  readonly #fields = new Map<string, HeaderField>();

  /** In the order in which their names were set first. */
  get fields(): readonly HeaderField[] {
    return [...this.#fields.values()];
  }

  /**
   * Sets a header, in the place of one of the same name.
   *
   * @throws {ArgumentError} If it cannot be set.
   */
  set(name: unknown, value: unknown): void {
    const field = toHeader(name, value, REQUEST_NAMES);
    this.#fields.set(field.name.toLowerCase(), field);
  }
}
