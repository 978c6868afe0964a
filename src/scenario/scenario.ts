/**
 * A scenario after validation: frozen, every default filled in, every number in its base unit (nanoseconds, bytes,
 * cores). The YAML form is described by `schema.ts`; this is what the rest of the program works with.
 */
import type { SimulationSpec } from '../fleet/spec.js';

export interface Scenario extends SimulationSpec {
  readonly name: string;
  readonly description: string;
  readonly thresholds: readonly ThresholdSpec[];
}

export interface ThresholdSpec {
  /** As written, e.g. `staleness.p99 < 2s`. */
  readonly text: string;
  readonly metric: string;
  readonly statistic: string;
  readonly comparison: '<' | '<=' | '>' | '>=' | '==';
  /** Seconds for times, else the plain number. */
  readonly limit: number;
}
