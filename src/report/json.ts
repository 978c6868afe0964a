/** Results as JSON: one object for one scenario, an array for several. The same input gives the same bytes. */
import type { RunResult } from '../measure/result.js';

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
}

export type Summary = { readonly provenance: Provenance } & RunResult;

export function jsonReport(summaries: readonly Summary[]): string {
  return `${JSON.stringify(summaries.length === 1 ? summaries[0] : summaries, null, 2)}\n`;
}
