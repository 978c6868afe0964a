import type { PlanResult } from '../../experiment/plan/search.js';
import type { PlanSpec } from '../../experiment/plan/spec.js';
import type { Route } from '../../experiment/plan/steps.js';

/** What `pushsim plan` found, for whoever writes it. */
export interface PlanReport {
  readonly spec: PlanSpec;
  readonly result: PlanResult;
  /** To the answer; undefined when there is none. */
  readonly route: Route | undefined;
  readonly confidence: number;
  readonly cost: string | undefined;
}
