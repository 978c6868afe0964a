import { Batch } from '../../src/stats/batch.js';

/** A batch of all these. */
export function batchOf(values: readonly number[]): Batch {
  const batch = new Batch(Float64Array.from(values));
  batch.measure(values.length);
  return batch;
}
