/** Whether the room that an answer of `pushsim plan` leaves is more than predictions are usually off by. */
import type { SloJudgement } from '../../experiment/plan/judge.js';
import type { Tried } from '../../experiment/plan/search.js';
import { sloMeasure } from '../../experiment/plan/spec.js';
import { valuesOf } from '../../experiment/replicate.js';
import type { Quantity } from '../../experiment/verify/trust.js';
import { findMeasure } from '../../measure/catalogue/find.js';
import type { Scenario } from '../../scenario/scenario.js';
import { moments } from '../../stats/moments.js';
import { factor, REGIMES, type Uncertainty, uncertaintyOf, WORDS } from './trust.js';

export interface MarginTrust {
  readonly measure: string;
  readonly quantity: Quantity;
  readonly regime: Uncertainty['regime'];
  /** The certain end of the interval may be off by this factor before the objective is missed. */
  readonly room: number;
  /** Nine of ten such figures were off by less. */
  readonly nine_of_ten: number;
}

/** Of each objective that holds and is a figure of which recordings tell; none with plain-number costs. */
export function marginsOf({ costs }: Pick<Scenario, 'costs'>, { judgement, outcomes }: Tried): readonly MarginTrust[] {
  if (costs.model !== 'mesh') return [];
  const mean = (measure: string) => moments(valuesOf(outcomes, measure)).mean;
  const { regime, quantities } = uncertaintyOf({
    queueP90_s: mean('pilot_proxy_queue_time.p90'),
    pushesMerge: mean('pushes_merged') > 0,
  });
  return judgement.slos.flatMap((slo) => {
    const measure = sloMeasure(slo.slo);
    const quantity = quantityOf(measure);
    const cell = quantities.find((one) => one.quantity === quantity);
    const room = roomOf(slo);
    if (cell === undefined || room === undefined) return [];
    return [{ measure, quantity, regime, room, nine_of_ten: cell.nine_of_ten }];
  });
}

/** One sentence for each. */
export function marginSentences(margins: readonly MarginTrust[]): string {
  const sentences = margins.map(({ measure, quantity, room, nine_of_ten }) => {
    const verdict =
      room >= nine_of_ten ? 'that is enough' : 'that is MORE than the room: keep more to spare, or measure';
    return `${WORDS[quantity]} were off by less than a factor of ${factor(nine_of_ten)} in nine of ten figures, and ${measure} has room for one of ${factor(room)}: ${verdict}`;
  });
  const [first] = margins;
  if (first === undefined) return '';
  return `How far to trust it: on recordings of a real istiod in which ${REGIMES[first.regime]}, ${sentences.join('; ')}.`;
}

function roomOf({ slo: { comparison, limit }, interval }: SloJudgement): number | undefined {
  if (interval === undefined || !Number.isFinite(interval.half) || limit <= 0) return undefined;
  const isFloor = comparison === '>' || comparison === '>=';
  const certain = isFloor ? interval.mean - interval.half : interval.mean + interval.half;
  if (certain <= 0) return undefined;
  return isFloor ? certain / limit : limit / certain;
}

function quantityOf(name: string): Quantity {
  if (/^(memory|heap)/.test(name)) return 'memory';
  if (/^(cpu_seconds|utilisation)$/.test(name)) return 'cpu';
  const found = findMeasure(name);
  return found.ok && found.measure.unit === 'seconds' ? 'time' : 'count';
}
