import { MILLISECOND, type Nanos } from '../../src/engine/time.js';

/** Milliseconds, as the tables of the tests have them, in simulated nanoseconds. */
export function ms(milliseconds: number): Nanos {
  return Math.round(milliseconds * MILLISECOND);
}

export function inMs(nanos: Nanos): number {
  return nanos / MILLISECOND;
}
