import { ArgumentError } from "../../errors/argument_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";

/** The error of an operation that this version does not have. */
export function notSupported(action: string): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot ${action}: this version has no such operation`,
    { hresult: HResult.ERROR_NOT_SUPPORTED },
  );
}

/** Throws unless the level asks for a plain connection. */
export function checkProtectionLevel(level: unknown, action: string): void {
  if (level === undefined || level === SocketProtectionLevel.plainSocket) {
    return;
  }
  const known: readonly unknown[] = Object.values(SocketProtectionLevel);
  if (!known.includes(level)) {
    throw new ArgumentError(
      `Cannot ${action} with the protection level "${level}": it must be one of SocketProtectionLevel`,
    );
  }
  throw notSupported(`${action} with the protection level "${level}"`);
}
