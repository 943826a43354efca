/** RFC 3550, section 5.1. */
const HEADER_SIZE = 12;
/** Version 2; no padding, no extension, no contributing sources. */
const VERSION_2 = 0x80;
/** RFC 3551, section 6: telephone sound (PCMU), of 8,000 samples a second. */
const PAYLOAD_TYPE = 0;
export const CLOCK_RATE = 8000;

/** How long the sound of a packet is, in milliseconds (RFC 3551, section 4.2). */
export const PACKET_TIME = 20;
/** So many samples, of a byte each. */
const SAMPLES = CLOCK_RATE * PACKET_TIME / 1000;

/** What the header of a packet tells (RFC 3550, section 5.1). */
export interface RtpHeader {
  /** Counts the packets, in 16 bits. */
  readonly sequence: number;
  /** When its sound begins, in samples, in 32 bits. */
  readonly timestamp: number;
  /** Which call it is of (SSRC). */
  readonly source: number;
}

/** Makes the packets of one call. */
export class RtpPacketizer {
  readonly #packet: Uint8Array<ArrayBuffer> = new Uint8Array(
    HEADER_SIZE + SAMPLES,
  );
  readonly #header: DataView = new DataView(this.#packet.buffer);
  #sequence: number;
  #timestamp: number;

  /** @param first The header of the first packet. */
  constructor({ sequence, timestamp, source }: RtpHeader) {
    this.#sequence = sequence;
    this.#timestamp = timestamp;
    this.#header.setUint8(0, VERSION_2);
    this.#header.setUint8(1, PAYLOAD_TYPE);
    this.#header.setUint32(8, source);
    // Silence (ITU-T G.711).
    this.#packet.fill(0xFF, HEADER_SIZE);
  }

  /** The next packet, in the same buffer each time: it is copied when it is sent. */
  next(): Uint8Array<ArrayBuffer> {
    // The view takes the lower bits alone.
    this.#header.setUint16(2, this.#sequence++);
    this.#header.setUint32(4, this.#timestamp);
    this.#timestamp += SAMPLES;
    return this.#packet;
  }
}

/** Where a call begins: at random, so that it is hard to guess (RFC 3550, section 5.1). */
export function randomHeader(): RtpHeader {
  const [sequence = 0, timestamp = 0, source = 0] = crypto.getRandomValues(
    new Uint32Array(3),
  );
  return { sequence: sequence & 0xFFFF, timestamp, source };
}

/** Reads the header of a packet; null if it is none. */
export function decodeHeader(packet: Uint8Array): RtpHeader | null {
  const { buffer, byteOffset, length } = packet;
  if (length < HEADER_SIZE) return null;
  const view = new DataView(buffer, byteOffset, HEADER_SIZE);
  if (view.getUint8(0) >> 6 !== VERSION_2 >> 6) return null;
  return {
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    source: view.getUint32(8),
  };
}
