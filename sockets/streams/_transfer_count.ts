import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";

/** Whether a source or a sink may say that it took so many of the bytes. */
export function isCountOf(count: number, length: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= length;
}

/** The error of a source or a sink that says what cannot be. */
export function wrongCount(
  action: string,
  count: number,
  length: number,
): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot ${action} the bytes: "${count}" was returned, not a count from 1 to ${length}`,
  );
}
