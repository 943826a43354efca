import { NativeSocket, type TcpInfo } from "../_transport/native_socket.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import type { BandwidthStatistics } from "./bandwidth_statistics.ts";
import type { RoundTripTimeStatistics } from "./round_trip_time_statistics.ts";

type Addresses = Pick<StreamTransport, "localAddress" | "remoteAddress">;

/** What WinRT tells where it keeps no statistics. */
export const NO_ROUND_TRIP_TIMES: RoundTripTimeStatistics = {
  variance: 0,
  max: 0,
  min: 0,
  sum: 0,
};

/** The same of the bandwidth. */
export const NO_BANDWIDTH: BandwidthStatistics = {
  outboundBitsPerSecond: 0,
  inboundBitsPerSecond: 0,
  outboundBitsPerSecondInstability: 0,
  inboundBitsPerSecondInstability: 0,
  outboundBandwidthPeaked: false,
  inboundBandwidthPeaked: false,
};

/**
 * The statistics of a connection, asked of the system at each use. They are null
 * where native calls are not available, and once the connection is gone.
 */
export class TcpStatistics {
  readonly #transport: Addresses;
  #native: NativeSocket | null = null;
  #maxRoundTripTime = 0;

  /** @param transport A connection, secure or not; its addresses tell which. */
  constructor(transport: Addresses) {
    this.#transport = transport;
  }

  get roundTripTimes(): RoundTripTimeStatistics | null {
    const info = this.#info;
    if (info === null) return null;
    const sum = info.roundTripTime;
    this.#maxRoundTripTime = Math.max(this.#maxRoundTripTime, sum);
    return {
      variance: info.roundTripTimeVariance,
      max: this.#maxRoundTripTime,
      min: info.minRoundTripTime,
      sum,
    };
  }

  get bandwidth(): BandwidthStatistics | null {
    const info = this.#info;
    return info === null ? null : toBandwidth(info);
  }

  get #info(): TcpInfo | null {
    const { localAddress, remoteAddress } = this.#transport;
    // What was not found may be found the next time.
    this.#native ??= NativeSocket.find(localAddress, remoteAddress);
    return this.#native?.tcpInfo ?? null;
  }
}

/** What a connection says of its bandwidth. */
export function toBandwidth(info: TcpInfo): BandwidthStatistics {
  const { deliveryRate, roundTripTime, roundTripTimeVariance } = info;
  const { receiverRoundTripTime, receiverSpace } = info;
  const outbound = 8 * deliveryRate;
  return {
    outboundBitsPerSecond: outbound,
    inboundBitsPerSecond: ratio(8e6 * receiverSpace, receiverRoundTripTime),
    // A rate is what is sent in a round trip, by its time: so it varies alike.
    outboundBitsPerSecondInstability: ratio(
      outbound * roundTripTimeVariance,
      roundTripTime,
    ),
    inboundBitsPerSecondInstability: 0,
    outboundBandwidthPeaked: outbound > 0 && !info.isApplicationLimited,
    inboundBandwidthPeaked: false,
  };
}

/** A whole number; 0 if there is nothing to divide by. */
function ratio(dividend: number, divisor: number): number {
  return divisor === 0 ? 0 : Math.round(dividend / divisor);
}
