import { CLOCK_RATE, type RtpHeader } from "./rtp.ts";

/** What a receiver tells of a call (RFC 3550, section 6.4.1). */
export interface ReceptionReport {
  readonly received: number;
  /** Less than none if packets were doubled. */
  readonly lost: number;
  /** How many came behind a later one. */
  readonly reordered: number;
  /** In milliseconds. */
  readonly jitter: number;
}

/** Counts what is received of one call (RFC 3550, appendix A). */
export class Reception {
  readonly #first: number;
  /** The highest sequence number, with how often it has begun anew. */
  #highest: number;
  #received = 0;
  #reordered = 0;
  /** How long the last packet was under way, in samples, from an unknown zero. */
  #transit: number | null = null;
  #jitter = 0;

  /** @param first The header of the first packet, which is not yet counted. */
  constructor(first: RtpHeader) {
    this.#first = first.sequence;
    this.#highest = first.sequence - 1;
  }

  /** @param arrival When the packet came, in milliseconds from any zero. */
  add({ sequence, timestamp }: RtpHeader, arrival: number): void {
    this.#received++;
    // The number has 16 bits: what is half of them ahead is behind.
    const ahead = (sequence - this.#highest) << 16 >> 16;
    if (ahead > 0) this.#highest += ahead;
    else this.#reordered++;
    this.#addTransit(arrival * CLOCK_RATE / 1000, timestamp);
  }

  /** What has come up to now. */
  report(): ReceptionReport {
    const expected = this.#highest - this.#first + 1;
    return {
      received: this.#received,
      lost: expected - this.#received,
      reordered: this.#reordered,
      jitter: this.#jitter * 1000 / CLOCK_RATE,
    };
  }

  /** RFC 3550, section 6.4.1: J(i) = J(i-1) + (|D(i-1,i)| - J(i-1)) / 16. */
  #addTransit(arrival: number, timestamp: number): void {
    const transit = arrival - timestamp;
    if (this.#transit !== null) {
      const difference = toSigned(transit - this.#transit);
      this.#jitter += (Math.abs(difference) - this.#jitter) / 16;
    }
    this.#transit = transit;
  }
}

/** A difference of timestamps, which have 32 bits and begin anew. */
function toSigned(difference: number): number {
  const range = 2 ** 32;
  return difference - range * Math.round(difference / range);
}
