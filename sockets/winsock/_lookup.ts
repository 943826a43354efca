import { valueOf } from "./_constant_table.ts";
import { toLookupCode } from "./_error_codes.ts";
import { WSAEACCES, WSAEINVAL, WSAHOST_NOT_FOUND } from "./error_codes.ts";
import { LAYOUTS } from "./_layouts.ts";
import type { AddrInfo, AddrInfoHints, NameInfo } from "./names.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { isNameGranted, isNetGranted } from "./_net_permission.ts";
import { PLATFORM } from "./_platform.ts";
import {
  decodeSockAddr,
  encodeSockAddr,
  parseAddress,
  toGrantedAddress,
} from "./_sock_addr.ts";
import type { SockAddr } from "./sock_addr.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** V8 would keep a smaller array on its heap, where another thread has no place. */
const MIN_SIZE = 128;

/** The arguments of `getaddrinfo`, and where its result goes. */
export class Lookup {
  readonly args: Parameters<NativeSockets["getaddrinfo"]>;
  readonly #list = new BigUint64Array(MIN_SIZE / 8);

  constructor(
    nodename: string | null,
    servname: string | null,
    hints: Readonly<AddrInfoHints> | null,
  ) {
    this.args = [
      nodename === null ? null : toCString(nodename),
      servname === null ? null : toCString(servname),
      hints === null ? null : encodeHints(hints),
      new Uint8Array(this.#list.buffer),
    ];
  }

  /** Takes the result; returns the Winsock code of what the call returned. */
  finish(sockets: NativeSockets, returned: number, result: AddrInfo[]): number {
    const code = toLookupCode(returned, PLATFORM);
    if (code !== 0) return code;
    const list = Deno.UnsafePointer.create(this.#list[0] ?? 0n);
    result.splice(0, result.length, ...readList(list));
    sockets.freeaddrinfo(list);
    return 0;
  }
}

/** Why a name may not be looked up: a Winsock code; 0 if it may. */
export function findLookupFault(
  nodename: string | null,
  servname: string | null,
): number {
  if (nodename === null && servname === null) return WSAHOST_NOT_FOUND;
  if (`${nodename}${servname}`.includes("\0")) return WSAEINVAL;
  // What is an address is not asked of anybody.
  if (nodename === null || isAddress(nodename)) return 0;
  return isNameGranted(nodename) ? 0 : WSAEACCES;
}

function isAddress(text: string): boolean {
  const [address = "", zone] = text.split("%");
  return parseAddress(valueOf("AF_INET6"), address) !== null ||
    zone === undefined && parseAddress(valueOf("AF_INET"), text) !== null;
}

function encodeHints(hints: Readonly<AddrInfoHints>): Bytes {
  const { addrinfo } = LAYOUTS;
  const { flags = 0, family = 0, socktype = 0, protocol = 0 } = hints;
  const bytes = new Uint8Array(MIN_SIZE);
  const view = new DataView(bytes.buffer);
  view.setInt32(addrinfo.ai_flags, flags, true);
  view.setInt32(addrinfo.ai_family, family, true);
  view.setInt32(addrinfo.ai_socktype, socktype, true);
  view.setInt32(addrinfo.ai_protocol, protocol, true);
  return bytes;
}

/** Reads a list of `struct addrinfo`. */
function* readList(list: Deno.PointerValue): Generator<AddrInfo> {
  const { addrinfo } = LAYOUTS;
  let at = list;
  while (at !== null) {
    const view = new Deno.UnsafePointerView(at);
    const canonname = view.getPointer(addrinfo.ai_canonname);
    yield {
      flags: view.getInt32(addrinfo.ai_flags),
      family: view.getInt32(addrinfo.ai_family),
      socktype: view.getInt32(addrinfo.ai_socktype),
      protocol: view.getInt32(addrinfo.ai_protocol),
      canonname: canonname === null
        ? null
        : new Deno.UnsafePointerView(canonname).getCString(),
      addr: readAddress(
        view.getPointer(addrinfo.ai_addr),
        view.getUint32(addrinfo.ai_addrlen),
      ),
    };
    at = view.getPointer(addrinfo.ai_next);
  }
}

function readAddress(pointer: Deno.PointerValue, length: number): SockAddr {
  const name: SockAddr = { family: 0, address: "", port: 0 };
  if (pointer !== null) {
    const raw = Deno.UnsafePointerView.getArrayBuffer(pointer, length);
    decodeSockAddr(new Uint8Array(raw), name);
  }
  return name;
}

/** The arguments of `getnameinfo`, and where its result goes. */
export class NameLookup {
  readonly args: Parameters<NativeSockets["getnameinfo"]>;
  readonly #host = new Uint8Array(valueOf("NI_MAXHOST"));
  readonly #service = new Uint8Array(MIN_SIZE);

  constructor(raw: Bytes, flags: number) {
    this.args = [raw, this.#host, this.#service, flags];
  }

  /** Takes the result; returns the Winsock code of what the call returned. */
  finish(returned: number, result: NameInfo): number {
    const code = toLookupCode(returned, PLATFORM);
    if (code !== 0) return code;
    result.host = fromCString(this.#host);
    result.service = fromCString(this.#service);
    return 0;
  }
}

/** The arguments of `getnameinfo`; a Winsock code if it may not be called. */
export function prepareNameLookup(
  name: Readonly<SockAddr>,
  flags: number,
): NameLookup | number {
  const raw = encodeSockAddr(name);
  if (typeof raw === "number") return raw;
  // Nobody is asked for the name then.
  const isNumeric = (flags & valueOf("NI_NUMERICHOST")) !== 0;
  if (!isNumeric && !isNetGranted(toGrantedAddress(raw))) return WSAEACCES;
  return new NameLookup(raw, flags);
}

/** Text with its end, in an array that does not move. */
function toCString(text: string): Bytes {
  const bytes = new Uint8Array(3 * text.length + MIN_SIZE);
  new TextEncoder().encodeInto(text, bytes);
  return bytes;
}

function fromCString(bytes: Bytes): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
