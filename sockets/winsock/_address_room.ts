import { LAYOUTS } from "./_layouts.ts";
import { decodeSockAddr } from "./_sock_addr.ts";
import type { SockAddr } from "./sock_addr.ts";

/** Room for an address that a call writes, and for its length. */
export class AddressRoom {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(
    LAYOUTS.sockaddr_storage.size,
  );
  readonly #length = new Uint32Array(1);
  /** The length, to be given to a call. */
  readonly lengthBytes: Uint8Array<ArrayBuffer> = new Uint8Array(
    this.#length.buffer,
  );

  /** To be called before each use: a call may leave both as they are. */
  clear(): void {
    this.bytes.fill(0);
    this.#length[0] = this.bytes.length;
  }

  /** How long the address is. */
  get length(): number {
    return this.#length[0] ?? 0;
  }

  set length(length: number) {
    this.#length[0] = length;
  }

  /** Tells the address. A stream has none when it receives. */
  tell(name: SockAddr): void {
    if (this.bytes[LAYOUTS.sockaddr_storage.ss_family] === 0) return;
    decodeSockAddr(this.bytes, name);
  }
}

/** One for all calls, as none of them waits for another. */
export const addressRoom: AddressRoom = new AddressRoom();
