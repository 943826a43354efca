/** What a server puts behind a key (RFC 6455, section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY_SIZE = 16;
/** As long as 16 bytes are; the bits that are left over are not looked at. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** A key that a client asks with: 16 random bytes in base64. */
export function makeKey(): string {
  return crypto.getRandomValues(new Uint8Array(KEY_SIZE)).toBase64();
}

/** What a server proves with that it has read a key (RFC 6455, 4.2.2). */
export async function acceptKeyOf(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(key + GUID);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toBase64();
}

/** Whether a text is the base64 of 16 bytes (RFC 6455, 4.1). */
export function isKey(value: string): boolean {
  return KEY.test(value);
}
