import { formatIPv6, isIPv4, parseIPv6 } from "../addressing/_ip_address.ts";

/** The canonical text of an IP address; null if the bytes are none. */
export function formatIP(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join(".");
  return bytes.length === 16 ? formatIPv6(bytes) : null;
}

/** The bytes of an IP address, without its zone; null if the text is none. */
export function parseIP(text: string): Uint8Array | null {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  return parseIPv6(text.replace(/%.*$/s, ""));
}
