import { HResult } from "./hresult.ts";
import { InvalidOperationError } from "./invalid_operation_error.ts";

/** The error of an operation that this version does not have. */
export function notSupported(action: string): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot ${action}: this version has no such operation`,
    { hresult: HResult.ERROR_NOT_SUPPORTED },
  );
}
