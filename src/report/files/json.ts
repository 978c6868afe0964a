/** Results as JSON: one object for one scenario, an array for several. The same input gives the same bytes. */
import type { BatchedMeasure } from '../../experiment/steady.js';
import type { RunResult } from '../../measure/recorder/result.js';
import type { Uncertainty } from '../trust/trust.js';
import type { Setting } from '../view/environment.js';
import type { MeshFacts } from '../view/mesh-facts.js';

/** Where numbers come from; holds nothing that differs between two runs of the same thing. */
export interface Provenance {
  /** Version of the program. */
  readonly pushsim: string;
  readonly scenario: string;
  readonly file: string;
  /** Of the resolved scenario: equal meanings have equal hashes, however they are written. */
  readonly hash: string;
  readonly seed: string;
  readonly command: string;
  /** Release whose CPU costs are taken where those of the scenario's release were not measured. */
  readonly costs_borrowed_from?: string | undefined;
}

/** What several replications say about each measure, by the names of thresholds; the result itself is of the first. */
export interface ReplicationSummary {
  readonly n: number;
  readonly confidence: number;
  /** Whether the wanted precision was reached, if one was asked for. */
  readonly precise?: boolean | undefined;
  /** Null where no replication had samples; `n` is how many had. The half-width is null when one cannot tell. */
  readonly measures: Readonly<
    Record<
      string,
      { readonly n: number; readonly mean: number; readonly sd: number; readonly half_width: number | null } | null
    >
  >;
}

/** A result as thresholds judge it. */
export type JudgedResult = RunResult & { readonly replications?: ReplicationSummary | undefined };

export type Summary = {
  readonly provenance: Provenance;
  /** What the mesh is, and istiod's settings as they are in force. */
  readonly mesh?: MeshFacts | undefined;
  readonly environment?: readonly Setting[] | undefined;
  /** How far such figures were off on recordings of a real istiod; absent with plain-number costs. */
  readonly uncertainty?: Uncertainty | undefined;
  /** One long run cut into batches, where that was asked for. */
  readonly batches?: readonly Pick<BatchedMeasure, 'name' | 'unit'>[] | undefined;
} & JudgedResult;

export function jsonReport(summaries: readonly Summary[]): string {
  return `${JSON.stringify(summaries.length === 1 ? summaries[0] : summaries, null, 2)}\n`;
}
