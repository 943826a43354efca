/** What is known of the round-trip time of a connection, in microseconds. */
export interface RoundTripTimeStatistics {
  /** The variance. */
  readonly variance: number;
  /** The longest time. */
  readonly max: number;
  /** The shortest time. */
  readonly min: number;
  /** The smoothed time. */
  readonly sum: number;
}
