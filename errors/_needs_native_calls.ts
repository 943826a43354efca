import { HResult } from "./hresult.ts";
import { InvalidOperationError } from "./invalid_operation_error.ts";

/**
 * The error of what the runtime has no call of its own for.
 *
 * @param action Such as `Cannot set noDelay to "true"`.
 */
export function needsNativeCalls(action: string): InvalidOperationError {
  return new InvalidOperationError(
    `${action}: it needs native calls, which are there on Linux with --allow-ffi`,
    { hresult: HResult.ERROR_NOT_SUPPORTED },
  );
}
