/**
 * What is known of the round-trip time of a connection, in microseconds: what
 * Linux tells by `TCP_INFO`.
 */
export interface RoundTripTimeStatistics {
  /** How far the times are from the smoothed one, on average (RFC 6298). */
  readonly variance: number;
  /**
   * The longest time. Linux keeps none, so it is the longest smoothed time that
   * was read of this socket; in WinRT, the longest of all.
   */
  readonly max: number;
  /** The shortest time, of the last five minutes unless Linux is told otherwise. */
  readonly min: number;
  /** The smoothed time (RFC 6298). */
  readonly sum: number;
}
