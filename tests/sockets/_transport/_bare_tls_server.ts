import { Buffer } from "node:buffer";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  sign,
} from "node:crypto";

/** RFC 5246, section 6.2.1. */
export const RecordType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;
/** RFC 5246, section 7.4. */
const HandshakeType = {
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  finished: 20,
} as const;
/** RFC 5289, section 3.1: the suites with AES_128_GCM_SHA256. */
const SUITES = { ecdsa: 0xC02B, rsa: 0xC02F } as const;
/** RFC 8446, section 4.2.3: the signatures of TLS 1.2 with SHA-256. */
const SCHEMES = { ecdsa: 0x0403, rsa: 0x0401 } as const;
const MAX_RECORD_SIZE = 16_384;
const TLS_1_2 = 0x0303;
const X25519 = 0x001D;

/** What a {@linkcode BareTlsServer} sends in the handshake. */
export interface BareTlsIdentity {
  /** DER of the certificate and its chain; nobody looks at what is in them. */
  readonly certificates: readonly Uint8Array[];
  /** PEM of the key to sign with, which may belong to another certificate. */
  readonly privateKeyPem: string;
  readonly keyKind: "ecdsa" | "rsa";
  /** The random bytes of the server; 32 random ones by default. */
  readonly random?: Uint8Array;
}

/**
 * A server of TLS 1.2 by hand, which does what no library lets it do: it shows
 * certificates that are not its own, or that cannot be read.
 */
export class BareTlsServer {
  readonly #conn: Deno.Conn;
  readonly #messages: Uint8Array[] = [];
  #received = Buffer.alloc(0);
  #toClient: Keys | null = null;
  #fromClient: Keys | null = null;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Shakes hands; rejects if the client leaves. */
  async shakeHands(identity: BareTlsIdentity): Promise<void> {
    const { certificates, privateKeyPem, keyKind } = identity;
    const serverRandom = identity.random ??
      crypto.getRandomValues(new Uint8Array(32));
    const hello = await this.#readMessage();
    // RFC 5246, section 7.4.1.2: after the header and the version.
    const clientRandom = hello.subarray(6, 38);
    await this.#writeMessage(HandshakeType.serverHello, [
      uint16(TLS_1_2),
      serverRandom,
      uint8(0),
      uint16(SUITES[keyKind]),
      uint8(0),
      // RFC 5746, section 3.6: secure renegotiation, which there is none of.
      vector16(uint16(0xFF01), vector16(uint8(0))),
    ]);
    const list = certificates.map((der) => vector24(der));
    await this.#writeMessage(HandshakeType.certificate, [vector24(...list)]);
    const { privateKey, publicKey } = await generateKeys();
    const own = await crypto.subtle.exportKey("raw", publicKey);
    const parameters = Buffer.concat([
      uint8(3),
      uint16(X25519),
      vector8(new Uint8Array(own)),
    ]);
    const signature = sign(
      "sha256",
      Buffer.concat([clientRandom, serverRandom, parameters]),
      privateKeyPem,
    );
    await this.#writeMessage(HandshakeType.serverKeyExchange, [
      parameters,
      uint16(SCHEMES[keyKind]),
      vector16(signature),
    ]);
    await this.#writeMessage(HandshakeType.serverHelloDone, []);
    const exchange = await this.#readMessage();
    // After the header and the length of the key.
    const secret = await agree(privateKey, exchange.slice(5));
    const randoms = [clientRandom, serverRandom] as const;
    const master = prf(secret, "master secret", randoms, 48);
    // RFC 5246, section 6.3; there are no keys for a MAC.
    const block = prf(master, "key expansion", randoms.toReversed(), 40);
    await this.#readRecord(RecordType.changeCipherSpec);
    this.#fromClient = new Keys(block.subarray(0, 16), block.subarray(32, 36));
    await this.#readMessage();
    await this.write(RecordType.changeCipherSpec, uint8(1));
    this.#toClient = new Keys(block.subarray(16, 32), block.subarray(36, 40));
    const transcript = createHash("sha256").update(
      Buffer.concat(this.#messages),
    ).digest();
    const verifyData = prf(master, "server finished", [transcript], 12);
    await this.#writeMessage(HandshakeType.finished, [verifyData]);
  }

  /**
   * Reads to the end of the connection: the application data, and the types of
   * all other records.
   */
  async readAll(): Promise<{ bytes: Uint8Array; types: number[] }> {
    const chunks: Uint8Array[] = [];
    const types: number[] = [];
    for (;;) {
      const record = await this.#next();
      if (record === null) return { bytes: Buffer.concat(chunks), types };
      if (record.type === RecordType.applicationData) chunks.push(record.bytes);
      else types.push(record.type);
    }
  }

  /** The next record, of any type; null at the end of the connection. */
  async #next(): Promise<{ type: number; bytes: Uint8Array } | null> {
    const header = await this.#take(5);
    const body = header === null
      ? null
      : await this.#take(header.readUInt16BE(3));
    if (header === null || body === null) return null;
    const type = header.readUInt8(0);
    if (this.#fromClient === null) return { type, bytes: body };
    return { type, bytes: this.#fromClient.decrypt(type, body) };
  }

  async #readRecord(type: number): Promise<Uint8Array> {
    const record = await this.#next();
    if (record?.type === type) return record.bytes;
    throw new Error(`Got a record of type "${record?.type}"`);
  }

  /** A message of the handshake; clients send each in a record of its own. */
  async #readMessage(): Promise<Uint8Array> {
    const message = await this.#readRecord(RecordType.handshake);
    this.#messages.push(message);
    return message;
  }

  async #writeMessage(
    type: number,
    parts: readonly Uint8Array[],
  ): Promise<void> {
    const message = Buffer.concat([uint8(type), vector24(...parts)]);
    this.#messages.push(message);
    await this.write(RecordType.handshake, message);
  }

  /** Writes bytes in records of a type. */
  async write(type: number, bytes: Uint8Array): Promise<void> {
    for (let i = 0; i < bytes.length; i += MAX_RECORD_SIZE) {
      await this.writeRecord(type, bytes.subarray(i, i + MAX_RECORD_SIZE));
    }
  }

  /** Writes one record. */
  async writeRecord(type: number, bytes: Uint8Array): Promise<void> {
    const body = this.#toClient?.encrypt(type, bytes) ?? bytes;
    const parts = [uint8(type), uint16(TLS_1_2), vector16(body)];
    let rest: Uint8Array = Buffer.concat(parts);
    while (rest.length > 0) {
      rest = rest.subarray(await this.#conn.write(rest));
    }
  }

  async #take(size: number): Promise<Buffer | null> {
    while (this.#received.length < size) {
      const block = new Uint8Array(16_384);
      const count = await this.#conn.read(block);
      if (count === null) return null;
      this.#received = Buffer.concat([
        this.#received,
        block.subarray(0, count),
      ]);
    }
    const bytes = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return bytes;
  }
}

/** RFC 5288: the keys of one direction, for AES_128_GCM. */
class Keys {
  readonly #key: Uint8Array;
  readonly #salt: Uint8Array;
  #sequence = 0n;

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#key = key;
    this.#salt = salt;
  }

  encrypt(type: number, bytes: Uint8Array): Uint8Array {
    const explicit = uint64(this.#sequence);
    const nonce = Buffer.concat([this.#salt, explicit]);
    const cipher = createCipheriv("aes-128-gcm", this.#key, nonce);
    cipher.setAAD(this.#authenticated(type, bytes.length));
    const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([explicit, body, cipher.getAuthTag()]);
  }

  decrypt(type: number, record: Uint8Array): Uint8Array {
    const nonce = Buffer.concat([this.#salt, record.subarray(0, 8)]);
    const body = record.subarray(8, -16);
    const decipher = createDecipheriv("aes-128-gcm", this.#key, nonce);
    decipher.setAAD(this.#authenticated(type, body.length));
    decipher.setAuthTag(record.subarray(-16));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  }

  #authenticated(type: number, length: number): Buffer {
    const sequence = uint64(this.#sequence++);
    const rest = [uint8(type), uint16(TLS_1_2), uint16(length)];
    return Buffer.concat([sequence, ...rest]);
  }
}

/** RFC 5246, section 5: the pseudo-random function. */
function prf(
  secret: Uint8Array,
  label: string,
  seeds: readonly Uint8Array[],
  length: number,
): Buffer {
  const seed = Buffer.concat([Buffer.from(label), ...seeds]);
  let a: Uint8Array = seed;
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    a = hmac(secret, a);
    bytes = Buffer.concat([bytes, hmac(secret, Buffer.concat([a, seed]))]);
  }
  return bytes.subarray(0, length);
}

function hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(bytes).digest();
}

async function generateKeys(): Promise<CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  if ("publicKey" in keys) return keys;
  throw new TypeError("Not a pair of keys");
}

async function agree(
  privateKey: CryptoKey,
  peer: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", peer, "X25519", false, []);
  const algorithm = { name: "X25519", public: key };
  const bits = await crypto.subtle.deriveBits(algorithm, privateKey, 256);
  return new Uint8Array(bits);
}

function uint8(value: number): Buffer {
  return Buffer.from([value]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xFF]);
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** Bytes after their length in one byte. */
function vector8(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint8(bytes.length), bytes]);
}

/** Bytes after their length in two bytes. */
function vector16(...parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

/** Bytes after their length in three bytes. */
function vector24(...parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([
    uint8(bytes.length >> 16),
    uint16(bytes.length & 0xFFFF),
    bytes,
  ]);
}
