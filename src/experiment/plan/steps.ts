/** From what a scenario has now to what a plan found: in steps small enough for production, and only where needed. */

import { istiodOptions } from '../../fleet/istiod-options.js';
import { profileOf } from '../../istio/profile.js';
import type { Scenario } from '../../scenario/scenario.js';
import { formatCores } from '../../scenario/units/quantities.js';
import { formatDuration } from '../../scenario/units/units.js';
import { numeric } from '../sweep/ranges.js';
import type { Runner } from '../work/runner.js';
import type { Outcome } from '../work/task.js';
import { type Judgement, judgeSetting } from './judge.js';
import { costOf, LOOKS, type SearchOptions, type Tried } from './search.js';
import { CPU, type Knob, makeSetting, type PlanSpec, REPLICAS, valuesOfSetting } from './spec.js';

/** What a knob is set to now, defaults included; undefined where only the file knows. */
export function currentValue(scenario: Scenario, path: string): string | undefined {
  const { istiod } = scenario;
  if (path === REPLICAS) return String(scenario.fleet?.replicas ?? 1);
  if (path === CPU) return formatCores(istiod.cpuCores);
  const [, variable] = /^istiod\.env\.(\w+)$/.exec(path) ?? [];
  if (variable === undefined) return undefined;
  const set = istiod.env[variable];
  if (set !== undefined) return set;
  const options = istiodOptions(istiod, profileOf(scenario.istio), Math.max(1, Math.ceil(istiod.cpuCores)));
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

/** For each knob that is not yet at its target: the first step there. */
export function firstSteps(scenario: Scenario, knobs: readonly Knob[], targets: readonly string[]): readonly Step[] {
  return knobs.flatMap((knob, k): Step[] => {
    const target = targets[k]!;
    const from = currentValue(scenario, knob.path);
    if (from === undefined || sameValue(from, target)) return [];
    const [start, end] = [numeric(from), numeric(target)];
    const whole = /^\d+$/.test(target) && /^\d+$/.test(from);
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
  return path === CPU ? formatCores(Math.round(value)) : String(Math.round(value * 1000) / 1000);
}

function sameValue(a: string, b: string): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  return x === undefined || y === undefined ? a === b : x.value === y.value;
}

export interface Route {
  /** The first step of every knob that has to change. */
  readonly steps: readonly Step[];
  /** Knobs that the answer would change and that may stay as they are: the objectives hold all the same, as cheaply. */
  readonly stay: readonly { readonly knob: Knob; readonly value: string }[];
  /** The scenario as it is, and after the first step, where there is one. */
  readonly now: readonly Outcome[];
  readonly after: readonly Outcome[] | undefined;
  /** What becomes of the answer with one istiod fewer; undefined where it has but one. */
  readonly withoutOne: Judgement | undefined;
}

/** Simulates what it says: whether each knob is needed, and what the dashboards will show after the first step. */
export async function findRoute(
  runner: Runner,
  spec: PlanSpec,
  best: Tried,
  { confidence, cost }: SearchOptions,
): Promise<Route> {
  const { knobs, scenario, slos, settings, base } = spec;
  const n = best.outcomes.length;
  const error = (1 - confidence) / (LOOKS * settings.length * slos.length);
  const simulate = async (values: readonly (string | undefined)[], of = knobs) => {
    const setting = makeSetting(base, of, values);
    const tasks = Array.from({ length: n }, (_, replication) => ({ source: setting.source, replication }));
    const outcomes = (await runner.run(tasks)).flatMap((outcome) => outcome ?? []);
    return { setting, outcomes };
  };
  const current = knobs.map(({ path }) => currentValue(scenario, path));
  const targets = [...valuesOfSetting(knobs, best.setting)];
  const stay: { knob: Knob; value: string }[] = [];
  for (const [k, knob] of knobs.entries()) {
    const value = current[k];
    if (value === undefined || sameValue(value, targets[k]!)) continue;
    const { setting, outcomes } = await simulate(targets.map((target, j) => (j === k ? value : target)));
    const costs = costOf(setting, outcomes, cost);
    const asCheap = costs.every((found, i) => found <= (best.cost[i] ?? 0) * 1.01);
    if (!asCheap || judgeSetting(slos, outcomes, error).verdict !== 'holds') continue;
    stay.push({ knob, value });
    targets[k] = value;
  }
  const steps = firstSteps(scenario, knobs, targets);
  const { outcomes: now } = await simulate(current);
  const [first] = steps;
  const stepped = current.map((value, k) => (knobs[k] === first?.knob ? first?.to : value));
  const after = first === undefined ? undefined : (await simulate(stepped)).outcomes;
  return { steps, stay, now, after, withoutOne: await judgeWithoutOne() };

  async function judgeWithoutOne(): Promise<Judgement | undefined> {
    const { replicas } = best.setting;
    if (replicas === 1) return undefined;
    const others = knobs.filter(({ path }) => path !== REPLICAS);
    const values = valuesOfSetting(knobs, best.setting).filter((_, k) => knobs[k]!.path !== REPLICAS);
    const fewer = { path: REPLICAS, label: REPLICAS, values: [String(replicas - 1)] };
    const { outcomes } = await simulate([...values, fewer.values[0]], [...others, fewer]);
    return judgeSetting(slos, outcomes, error);
  }
}
