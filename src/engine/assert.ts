/**
 * Invariants of the simulator itself, checked in every run: a failure is a bug in the program and is never the
 * user's mistake, so it carries no code and nobody is expected to catch it.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws unless `condition` holds. In hot loops test first and call `fail`, so that no message is built in vain. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

export function fail(message: string): never {
  throw new AssertionError(message);
}
