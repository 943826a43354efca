/**
 * The HRESULT values that errors of this library carry, by their names in
 * `winerror.h`. Each is a signed 32-bit number.
 */
export const HResult = {
  E_INVALIDARG: -2147024809,
  E_BOUNDS: -2147483637,
  E_ILLEGAL_METHOD_CALL: -2147483634,
  RO_E_CLOSED: -2147483629,
  ERROR_INVALID_OPERATION: -2147020579,
  ERROR_NOT_SUPPORTED: -2147024846,
} as const;
