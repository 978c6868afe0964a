/** What to make of a plan's answer: what limits it, and what may lie beyond the search. */
import { PHASES, type Phase } from '../../measure/staleness/phases.js';
import { moments } from '../../stats/moments.js';
import { valuesOf } from '../replicate.js';
import { numeric } from '../sweep/ranges.js';
import { tightest } from './judge.js';
import type { PlanResult, Tried } from './search.js';
import { CPU, type Knob, type PlanSpec, REPLICAS } from './spec.js';

/** A share of a core's time above which waiting for CPU grows out of proportion. */
const BUSY = 0.7;

/** What the stretches between a change and its use are to a person who tunes istiod. */
const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  watch: 'the way from the API server to istiod',
  debounce: 'the debounce',
  context: 'building the push context',
  queue: 'the wait in the push queue',
  generation: 'generating, and waiting for CPU to generate',
  wire: 'the wire',
  envoy: 'Envoy applying it',
};

/** One phrase: CPU where that is short, else the longest stretch of what the changes waited for. */
export function whatBinds({ outcomes, judgement }: Tried): string {
  const mean = (measure: string) => moments(valuesOf(outcomes, measure)).mean;
  const memory = mean('memory_share');
  if (judgement.outOfMemory) return `memory: istiod needs ${Math.round(memory * 100)} % of resources.memory`;
  const slo = tightest(judgement)?.slo;
  const busy = mean('utilisation');
  const longest = PHASES.reduce((a, b) => (mean(`staleness_${b}.mean`) > mean(`staleness_${a}.mean`) ? b : a));
  const share = mean(`staleness_${longest}.mean`) / mean('staleness.mean');
  const phase = Number.isFinite(share)
    ? `${PHASE_NAMES[longest]} (${Math.round(share * 100)} % of the mean staleness)`
    : 'nothing: no change reached a proxy';
  if (busy > BUSY) return `CPU, busy ${Math.round(busy * 100)} % of the time; most of all ${phase}`;
  if (slo !== undefined && !/^(staleness|pilot_proxy_)/.test(slo.metric))
    return `the objective itself; changes wait most for ${phase}`;
  return phase;
}

export interface Edge {
  readonly knob: Knob;
  readonly value: string;
  readonly end: 'smallest' | 'largest';
}

/**
 * Numeric knobs whose value is the first or last that was tried, although one step inwards is worse: the true best may
 * lie beyond. Cores and replicas cannot be fewer than one.
 */
export function edgesOf(spec: PlanSpec, result: PlanResult, about: Tried): readonly Edge[] {
  return spec.knobs.flatMap((knob, k): Edge[] => {
    const level = about.setting.levels[k]!;
    const value = knob.values[level]!;
    const last = knob.values.length - 1;
    if (numeric(value) === undefined || last === 0 || (level > 0 && level < last)) return [];
    const counted = knob.path === CPU || knob.path === REPLICAS;
    if (level === 0 && counted) return Number(value) > 1 ? [{ knob, value, end: 'smallest' }] : [];
    const inwards = neighboursOf(spec, result, about).find((near) => near.knob === knob)?.tried;
    if (inwards !== undefined && !isWorse(inwards, about)) return [];
    return [{ knob, value, end: level === 0 ? 'smallest' : 'largest' }];
  });
}

/** Dearer by more than a hundredth, or with less certainty or room. */
function isWorse(a: Tried, b: Tried): boolean {
  if (a.judgement.verdict !== b.judgement.verdict) return b.judgement.verdict === 'holds';
  if (a.judgement.verdict === 'holds') return a.cost.some((value, i) => value > (b.cost[i] ?? 0) * 1.01);
  return (tightest(a.judgement)?.margin ?? 0) < (tightest(b.judgement)?.margin ?? 0) - 0.01;
}

export interface Neighbour {
  readonly knob: Knob;
  readonly value: string;
  readonly tried: Tried;
}

/** Settings that differ from one in a single knob by a single value. */
export function neighboursOf({ knobs }: PlanSpec, { tried }: PlanResult, from: Tried): readonly Neighbour[] {
  return knobs.flatMap((knob, k) =>
    [-1, 1].flatMap((step): Neighbour[] => {
      const found = tried.find(({ setting }) =>
        setting.levels.every((level, j) => level === from.setting.levels[j]! + (j === k ? step : 0)),
      );
      return found === undefined ? [] : [{ knob, value: knob.values[found.setting.levels[k]!]!, tried: found }];
    }),
  );
}
