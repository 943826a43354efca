/** Where devices listen for searches (UPnP Device Architecture 2.0, section 1.3.2). */
export const SSDP_GROUP = "239.255.255.250";
export const SSDP_PORT = "1900";

/** What a device answers to a search. */
export interface SearchResponse {
  /** What kind of thing it is, such as `upnp:rootdevice`. */
  readonly target: string;
  /** Which one it is; two responses of one thing have the same. */
  readonly id: string;
  /** Where it is described; empty if nowhere. */
  readonly location: string;
}

/**
 * Makes a search.
 *
 * @param target What to search for; `ssdp:all` is everything.
 * @param maxDelay Each device waits for a random time of so many seconds at
 * most, so that they do not answer all at once: 1 to 5.
 */
export function encodeSearch(
  target: string,
  maxDelay: number,
): Uint8Array<ArrayBuffer> {
  const lines = [
    "M-SEARCH * HTTP/1.1",
    `HOST: ${SSDP_GROUP}:${SSDP_PORT}`,
    'MAN: "ssdp:discover"',
    `MX: ${maxDelay}`,
    `ST: ${target}`,
    "",
    "",
  ];
  return new TextEncoder().encode(lines.join("\r\n"));
}

/** Reads a response; null if it is something else. */
export function decodeResponse(bytes: Uint8Array): SearchResponse | null {
  const [status = "", ...lines] = new TextDecoder().decode(bytes).split("\r\n");
  if (!/^HTTP\/1\.\d 200\b/.test(status)) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    // No control characters: what a device says is printed.
    const header = /^([\w.-]+):\s*(\P{Cc}*)$/u.exec(line);
    if (header === null) continue;
    const [, name = "", value = ""] = header;
    headers.set(name.toUpperCase(), value.trim());
  }
  const target = headers.get("ST");
  const id = headers.get("USN");
  if (target === undefined || id === undefined) return null;
  return { target, id, location: headers.get("LOCATION") ?? "" };
}
