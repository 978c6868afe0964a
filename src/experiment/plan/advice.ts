/** What to make of a plan's answer: what limits it, what lies beyond the search, and which step to take first. */
import { PHASES, type Phase } from '../../measure/phases.js';
import { PROFILES } from '../../pipeline/profiles/index.js';
import { istiodOptions } from '../../scenario/istiod-options.js';
import { formatCores } from '../../scenario/quantities.js';
import type { Scenario } from '../../scenario/scenario.js';
import { formatDuration } from '../../scenario/units.js';
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
  const slo = tightest(judgement)?.slo;
  const busy = mean('utilisation');
  const longest = PHASES.reduce((a, b) => (mean(`staleness_${b}.mean`) > mean(`staleness_${a}.mean`) ? b : a));
  const share = mean(`staleness_${longest}.mean`) / mean('staleness.mean');
  const phase = Number.isFinite(share) ? `${PHASE_NAMES[longest]} (${Math.round(share * 100)} % of the mean staleness)` : 'nothing: no change reached a proxy';
  if (busy > BUSY) return `CPU, busy ${Math.round(busy * 100)} % of the time; most of all ${phase}`;
  if (slo !== undefined && !/^(staleness|pilot_proxy_)/.test(slo.metric)) return `the objective itself; changes wait most for ${phase}`;
  return phase;
}

export interface Edge {
  readonly knob: Knob;
  readonly value: string;
  readonly end: 'smallest' | 'largest';
}

/** Numeric knobs whose chosen value is the first or last that was tried: the true best may lie beyond. */
export function edgesOf({ knobs }: PlanSpec, { setting }: Tried): readonly Edge[] {
  return knobs.flatMap((knob, k): Edge[] => {
    const level = setting.levels[k]!;
    const value = knob.values[level]!;
    if (numeric(value) === undefined || knob.values.length < 2) return [];
    if (level === 0 && !(numeric(value)!.value <= 1 && knob.path === REPLICAS)) return [{ knob, value, end: 'smallest' }];
    return level === knob.values.length - 1 ? [{ knob, value, end: 'largest' }] : [];
  });
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

/** What a knob is set to now, defaults included; undefined where only the file knows. */
export function currentValue(scenario: Scenario, path: string): string | undefined {
  const { istiod } = scenario;
  if (path === REPLICAS) return '1';
  if (path === CPU) return formatCores(istiod.cpuCores);
  const [, variable] = /^istiod\.env\.(\w+)$/.exec(path) ?? [];
  if (variable === undefined) return undefined;
  const set = istiod.env[variable];
  if (set !== undefined) return set;
  const options = istiodOptions(istiod, PROFILES[scenario.istio], Math.max(1, Math.ceil(istiod.cpuCores)));
  const defaults: Readonly<Record<string, string>> = {
    PILOT_DEBOUNCE_AFTER: formatDuration(options.debounceAfter),
    PILOT_DEBOUNCE_MAX: formatDuration(options.debounceMax),
    PILOT_ENABLE_EDS_DEBOUNCE: String(options.enableEdsDebounce),
    PILOT_PUSH_THROTTLE: String(options.pushThrottle),
    PILOT_MAX_REQUESTS_PER_SECOND: String(options.maxRequestsPerSecond),
  };
  return defaults[variable];
}

/** The largest change in one go that still leaves time to notice a mistake; 10 to 30 % is the usual advice. */
const STEP = 0.3;

export interface Step {
  readonly knob: Knob;
  readonly from: string;
  readonly to: string;
  readonly target: string;
  /** How many steps of this size there are to the target. */
  readonly steps: number;
}

/** For each knob that is not yet where the answer wants it: the first step there. */
export function nextSteps({ knobs, scenario }: PlanSpec, { setting }: Tried): readonly Step[] {
  return knobs.flatMap((knob, k): Step[] => {
    const target = knob.values[setting.levels[k]!]!;
    const from = currentValue(scenario, knob.path);
    if (from === undefined || sameValue(from, target)) return [];
    const [start, end] = [numeric(from), numeric(target)];
    const whole = /^\d+$/.test(target) && /^\d+$/.test(from) && knob.path !== CPU;
    if (start === undefined || end === undefined || start.kind !== end.kind || start.value <= 0) {
      return [{ knob, from, to: target, target, steps: 1 }];
    }
    let steps = 0;
    let first = end.value;
    for (let at = start.value; at !== end.value && steps < 1_000; steps++) {
      const next = towards(at, end.value, whole);
      if (steps === 0) first = next;
      at = next;
    }
    return [{ knob, from, to: first === end.value ? target : written(first, start.kind, knob), target, steps }];
  });
}

function towards(at: number, end: number, whole: boolean): number {
  const wanted = end > at ? at * (1 + STEP) : at * (1 - STEP);
  const step = whole ? (end > at ? Math.max(at + 1, Math.floor(wanted)) : Math.min(at - 1, Math.ceil(wanted))) : wanted;
  return end > at ? Math.min(end, step) : Math.max(end, step);
}

function written(value: number, kind: 'duration' | 'bytes' | 'number', { path }: Knob): string {
  if (kind === 'duration') {
    // Two digits: nobody sets 169 ms.
    let unit = 1;
    while (value / unit >= 100) unit *= 10;
    return formatDuration(Math.round(value / unit) * unit);
  }
  return path === CPU ? formatCores(Math.round(value * 10) / 10) : String(Math.round(value * 1000) / 1000);
}

function sameValue(a: string, b: string): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  return x === undefined || y === undefined ? a === b : x.value === y.value;
}
