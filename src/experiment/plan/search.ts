/**
 * Looks for the cheapest setting that certainly meets the objectives. Without another cost, cost is cores first: those
 * are known before anything is simulated, so settings are tried from few cores to many and dearer ones are left out as
 * soon as something holds. Among equal cores the CPU used decides, and where that is about equal, the room that is left.
 */
import { moments } from '../../stats/moments.js';
import { valuesOf } from '../replicate.js';
import type { Runner } from '../work/runner.js';
import type { Outcome } from '../work/task.js';
import { type Judgement, judgeSetting, tightest } from './judge.js';
import type { PlanSpec, Setting } from './spec.js';

/** Each look at a setting doubles its replications. */
export const LOOKS = 4;

export interface SearchOptions {
  /** At the first look. */
  readonly replications: number;
  /** That the verdicts on all settings hold together. */
  readonly confidence: number;
  /** A measure to keep small instead of cores. */
  readonly cost: string | undefined;
  /** Also settings that are certainly dearer. */
  readonly exhaustive: boolean;
  readonly onProgress?: ((done: number, planned: number) => void) | undefined;
}

export interface Tried {
  readonly setting: Setting;
  readonly outcomes: readonly Outcome[];
  readonly judgement: Judgement;
  /** What the search keeps small, most important first. */
  readonly cost: readonly number[];
}

export interface PlanResult {
  /** Cheapest first. */
  readonly tried: readonly Tried[];
  readonly best: Tried | undefined;
  /** Where nothing holds: the one that misses by the least. */
  readonly closest: Tried | undefined;
  /** Settings with more cores than the answer, which were therefore not simulated. */
  readonly skipped: number;
}

export async function searchPlan(runner: Runner, spec: PlanSpec, options: SearchOptions): Promise<PlanResult> {
  const { settings } = spec;
  const groups = options.cost === undefined && !options.exhaustive ? byCores(settings) : [settings];
  const tried: Tried[] = [];
  let simulated = 0;
  for (const group of groups) {
    const found = await tryAll(runner, spec, group, options, (more, planned) => {
      // Settings that may yet be skipped count as work until then, so that the time left only ever surprises gladly.
      options.onProgress?.(
        simulated + more,
        simulated + planned + (settings.length - tried.length - group.length) * options.replications,
      );
    });
    tried.push(...found);
    simulated += found.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
    if (found.some(({ judgement }) => judgement.verdict === 'holds')) break;
  }
  tried.sort((a, b) => byCost(a.cost, b.cost) || a.setting.index - b.setting.index);
  const best = bestOf(tried, options.cost === undefined);
  return { tried, best, closest: best ?? closestOf(tried), skipped: settings.length - tried.length };
}

/** Groups of equal cores, fewest first. */
function byCores(settings: readonly Setting[]): readonly (readonly Setting[])[] {
  const groups = new Map<number, Setting[]>();
  for (const setting of settings) groups.set(setting.cores, [...(groups.get(setting.cores) ?? []), setting]);
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

async function tryAll(
  runner: Runner,
  spec: PlanSpec,
  group: readonly Setting[],
  { replications, confidence, cost }: SearchOptions,
  onProgress: (done: number, planned: number) => void,
): Promise<readonly Tried[]> {
  const { slos, settings } = spec;
  const error = (1 - confidence) / (LOOKS * settings.length * slos.length);
  const outcomes = new Map<Setting, Outcome[]>(group.map((setting) => [setting, []]));
  const judgements = new Map<Setting, Judgement>();
  let open = group;
  let done = 0;
  for (let look = 0, n = replications; look < LOOKS && open.length > 0; look++, n *= 2) {
    const tasks = open.flatMap((setting) => {
      const have = outcomes.get(setting)!.length;
      return Array.from({ length: n - have }, (_, k) => ({
        setting,
        task: { source: setting.source, replication: have + k },
      }));
    });
    const before = done;
    const found = await runner.run(
      tasks.map(({ task }) => task),
      { onDone: () => onProgress(++done, before + tasks.length) },
    );
    for (const [i, outcome] of found.entries())
      if (outcome !== undefined) outcomes.get(tasks[i]!.setting)!.push(outcome);
    for (const setting of open) judgements.set(setting, judgeSetting(slos, outcomes.get(setting)!, error));
    open = open.filter((setting) => judgements.get(setting)!.verdict === 'unsure');
  }
  return group.map((setting) => {
    const of = outcomes.get(setting)!;
    return { setting, outcomes: of, judgement: judgements.get(setting)!, cost: costOf(setting, of, cost) };
  });
}

export function costOf(
  { cores }: Pick<Setting, 'cores'>,
  outcomes: readonly Outcome[],
  measure: string | undefined,
): readonly number[] {
  const cpu = moments(valuesOf(outcomes, 'cpu_seconds')).mean;
  if (measure !== undefined) return [moments(valuesOf(outcomes, measure)).mean, cores, cpu];
  return [cores, cpu];
}

function byCost(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}

/** CPU within this share of the least is as cheap: what is paid for are cores. */
const AS_CHEAP = 1.1;

/** The cheapest that holds. When cores are the cost, of those that are as cheap the one with most room. */
function bestOf(tried: readonly Tried[], byRoom: boolean): Tried | undefined {
  const holding = tried.filter(({ judgement }) => judgement.verdict === 'holds');
  const [first] = holding;
  if (first === undefined || !byRoom) return first;
  const [cores = 0, cpu = 0] = first.cost;
  return closestOf(holding.filter(({ cost }) => cost[0] === cores && cost[1]! <= cpu * AS_CHEAP));
}

function closestOf(tried: readonly Tried[]): Tried | undefined {
  const room = ({ judgement }: Tried) => tightest(judgement)?.margin ?? Number.NEGATIVE_INFINITY;
  return tried.reduce<Tried | undefined>((a, b) => (a === undefined || room(b) > room(a) ? b : a), undefined);
}
