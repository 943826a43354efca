import { ArgumentError } from "../../errors/argument_error.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";

const BLUETOOTH: readonly unknown[] = [
  SocketProtectionLevel.bluetoothEncryptionAllowNullAuthentication,
  SocketProtectionLevel.bluetoothEncryptionWithAuthentication,
];

/**
 * Whether a level asks for TLS. All of them get TLS 1.2 or 1.3: whoever allows
 * less gets what is better.
 *
 * @param action What is to be done with it.
 *
 * @throws {ArgumentError} If it is no level, or one of Bluetooth.
 */
export function asksForTls(level: unknown, action: string): boolean {
  if (level === undefined) return false;
  const known: readonly unknown[] = Object.values(SocketProtectionLevel);
  if (!known.includes(level)) {
    throw new ArgumentError(
      `Cannot ${action} with the protection level "${level}": it must be one of SocketProtectionLevel`,
    );
  }
  if (BLUETOOTH.includes(level)) {
    throw new ArgumentError(
      `Cannot ${action} with the protection level "${level}": it is for Bluetooth, use SocketProtectionLevel.tls12`,
    );
  }
  if (level === SocketProtectionLevel.unspecified) {
    throw new ArgumentError(
      `Cannot ${action} with the protection level "${level}": it says nothing, use SocketProtectionLevel.plainSocket or tls12`,
    );
  }
  return level !== SocketProtectionLevel.plainSocket;
}
