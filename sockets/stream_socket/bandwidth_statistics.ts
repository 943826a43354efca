/**
 * What is known of the bandwidth of a connection: what Linux tells by `TCP_INFO`.
 * It estimates it by other means than WinRT, and knows less of what comes in.
 */
export interface BandwidthStatistics {
  /**
   * The estimated outbound bandwidth, in bits per second: the rate at which the
   * peer has acknowledged data of late. It is 0 before that, and no more than
   * what was there to be sent.
   */
  readonly outboundBitsPerSecond: number;
  /**
   * The estimated inbound bandwidth, in bits per second: the most that was ever
   * read in a round trip, by the time of one. It is 0 before data has come, and
   * an upper bound: what a lost packet has held up is read at once and raises it
   * above what the network can carry.
   */
  readonly inboundBitsPerSecond: number;
  /**
   * How unsteady the outbound estimate is, in bits per second: as much of it as
   * the variance is of the round-trip time.
   */
  readonly outboundBitsPerSecondInstability: number;
  /**
   * How unsteady the inbound estimate is, in bits per second. Always 0, since
   * Linux keeps nothing that would tell.
   */
  readonly inboundBitsPerSecondInstability: number;
  /**
   * Whether the outbound estimate has reached its peak: there was always enough
   * to be sent, so that the network and the peer alone have limited it.
   */
  readonly outboundBandwidthPeaked: boolean;
  /**
   * Whether the inbound estimate has reached its peak. Always `false`, since the
   * receiving side cannot know what has limited the peer.
   */
  readonly inboundBandwidthPeaked: boolean;
}
