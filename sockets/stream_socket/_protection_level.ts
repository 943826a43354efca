import { notSupported } from "../../errors/_not_supported.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";

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
