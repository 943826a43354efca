/** What is known of the bandwidth of a connection. */
export interface BandwidthStatistics {
  /** The estimated outbound bandwidth, in bits per second. */
  readonly outboundBitsPerSecond: number;
  /** The estimated inbound bandwidth, in bits per second. */
  readonly inboundBitsPerSecond: number;
  /** How unsteady the outbound estimate is, in bits per second. */
  readonly outboundBitsPerSecondInstability: number;
  /** How unsteady the inbound estimate is, in bits per second. */
  readonly inboundBitsPerSecondInstability: number;
  /** Whether the outbound estimate has reached its peak. */
  readonly outboundBandwidthPeaked: boolean;
  /** Whether the inbound estimate has reached its peak. */
  readonly inboundBandwidthPeaked: boolean;
}
