/** RFC 4291, section 2.5.5.2: the first 12 bytes of an IPv4-mapped address. */
const IPV4_MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * A number from 0 to 255. Leading zeros are left out, as readers disagree on
 * them: `inet_aton` takes `010` for 8 (RFC 6943, section 3.1.1).
 */
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6_GROUP = /^[\da-f]{1,4}$/i;

/**
 * Whether a text is an IPv4 address: four decimal numbers from 0 to 255.
 *
 * Such a text is in canonical form already.
 */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/**
 * The 16 bytes of an IPv6 address, `null` if the text is none. The forms of
 * RFC 4291, section 2.2, are read, without a zone.
 */
export function parseIPv6(text: string): Uint8Array | null {
  const halves = text.split("::").map(parseGroups);
  const [head, tail] = halves;
  if (halves.length > 2 || !head || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? toBytes(head, []) : null;
  // An IPv4 address is the end of the text only, and "::" one group at least.
  if (text.slice(0, text.indexOf("::")).includes(".")) return null;
  return head.length + tail.length <= 14 ? toBytes(head, tail) : null;
}

/** The canonical text of an IPv6 address (RFC 5952). */
export function formatIPv6(bytes: Uint8Array): string {
  // Section 5: dotted decimal where the prefix tells of an IPv4 address.
  if (isIPv4Mapped(bytes)) return `::ffff:${bytes.subarray(12).join(".")}`;
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0),
  );
  const text = groups.map((group) => group.toString(16));
  const { start, length } = longestZeroRun(groups);
  // Section 4.2.2: "::" is not for one group alone.
  if (length < 2) return text.join(":");
  const head = text.slice(0, start).join(":");
  const tail = text.slice(start + length).join(":");
  return `${head}::${tail}`;
}

function isIPv4Mapped(bytes: Uint8Array): boolean {
  return IPV4_MAPPED.every((byte, i) => bytes[i] === byte);
}

/** The bytes of groups that colons part; `null` if one is not a group. */
function parseGroups(text: string): readonly number[] | null {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (IPV6_GROUP.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const isLast = i === groups.length - 1;
    if (!isLast || !isIPv4(group)) return null;
    bytes.push(...group.split(".").map(Number));
  }
  return bytes;
}

function toBytes(
  head: readonly number[],
  tail: readonly number[],
): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** Section 4.2.3 of RFC 5952: the longest run, and the first of the longest. */
function longestZeroRun(
  groups: readonly number[],
): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > longest.length) {
      longest = { start, length: i + 1 - start };
    }
  }
  return longest;
}
