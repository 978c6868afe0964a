/**
 * Simulated time: a whole number of nanoseconds held in a double, Go's own unit for durations.
 *
 * Sums and differences are exact up to 2^53 ns (104 days), so a time never depends on the order in which
 * delays were added. Two events are simultaneous exactly when their numbers are equal; what happens then is
 * ruled by the calendar's sequence, never by rounding.
 */
export type Nanos = number;

export const MICROSECOND: Nanos = 1_000;
export const MILLISECOND: Nanos = 1_000_000;
export const SECOND: Nanos = 1_000_000_000;
export const MINUTE: Nanos = 60 * SECOND;
export const HOUR: Nanos = 60 * MINUTE;
