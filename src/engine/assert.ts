/**
 * Invariants of the simulator itself, checked in every run: a failure is a bug in the program and is never the
 * user's mistake, so it carries no code and nobody is expected to catch it.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Simulated time is over: what was asked for takes longer than 104 days. Of large numbers, so no bug. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
}

export const CLOCK_ENDS =
  'simulated time would go past its end after 104 days: some cost, wait or duration is too large';

/** Throws unless `condition` holds. In hot loops test first and call `fail`, so that no message is built in vain. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

export function fail(message: string): never {
  throw new AssertionError(message);
}
