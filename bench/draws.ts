/** The random numbers of one race, drawn once so that the timed part is calendar, queue and bookkeeping only. */
import { quantileOf } from '../src/engine/random/distributions.js';
import { streams } from '../src/engine/random/streams.js';
import { SECOND } from '../src/engine/time.js';

export interface Draws {
  readonly count: number;
  /** Nanoseconds before each arrival: exponential, 8 a second. */
  readonly gaps: Float64Array;
  /** Which of 200 keys arrives. */
  readonly keys: Float64Array;
  /** Nanoseconds of the n-th service that begins: exponential, 1 s. */
  readonly services: Float64Array;
}

export function drawRace(count: number): Draws {
  const all = streams('race', 0);
  const [gap, key, service] = [all.stream('gaps'), all.stream('keys'), all.stream('services')];
  const exponential = quantileOf({ kind: 'exponential', mean: SECOND });
  return {
    count,
    gaps: Float64Array.from({ length: count }, () => Math.round(exponential(gap.uniform()) / 8)),
    keys: Float64Array.from({ length: count }, () => key.integer(200)),
    services: Float64Array.from({ length: count }, () => Math.round(exponential(service.uniform()))),
  };
}

/** 65,536 uniforms for hold tests, used round and round. */
export function drawHold(): Float64Array {
  const stream = streams('hold', 0).stream('uniforms');
  return Float64Array.from({ length: 65_536 }, () => stream.uniform());
}
