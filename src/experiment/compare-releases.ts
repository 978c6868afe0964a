/**
 * What an upgrade changes on one scenario, and by which rule: the scenario under both releases and with single rules of
 * one in the other. Costs count as two rules, the CPU of the work and the sizes of messages.
 */
import { borrowedFrom } from '../cost/calibrated/index.js';
import type { Coefficients } from '../cost/coefficients.js';
import { leaves, withLeaves } from '../cost/rules/leaves.js';
import { simulate } from '../fleet/run.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { Scenario } from '../scenario/scenario.js';
import { ablate, type FigureAblation } from './verify/ablation.js';
import { type Behaviour, behaviourOf, decisionsBetween, type VersionRule } from './verify/behaviour.js';
import { type Difference, explain, isDifferent } from './verify/causes.js';
import type { FigureOf } from './verify/version-figures.js';

export type ReleaseFigure = FigureOf<RunResult>;

export interface ComparedReleases {
  /** Figures that differ beyond chance, with the rules that cause it. */
  readonly rows: readonly Difference<ReleaseFigure>[];
  readonly same: readonly { readonly figure: ReleaseFigure; readonly value: number; readonly byChance: boolean }[];
  readonly rules: readonly VersionRule[];
  readonly idleRules: number;
  /** Releases whose CPU costs the two borrow; undefined where their own were measured. */
  readonly costsOf: readonly [string | undefined, string | undefined];
}

export interface CompareReleasesOptions {
  readonly replications: number;
  readonly onRun?: (runs: number) => void;
}

const TYPES = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'] as const;

const FIGURES: readonly ReleaseFigure[] = [
  count('messages', 'messages', ({ metrics }) => metrics.pilot_xds_pushes.total),
  ...TYPES.map((type) =>
    count(`messages_${type}`, `messages ${type}`, ({ metrics }) => metrics.pilot_xds_pushes.by[type] ?? 0),
  ),
  { id: 'bytes', label: 'bytes', unit: 'bytes', of: ({ resources }) => resources.bytes_sent },
  time('cpu_s', 'CPU', ({ resources }) => resources.cpu_seconds),
  time('staleness_p50_s', 'staleness p50', ({ staleness }) => staleness.per_proxy.p50),
  time('staleness_p99_s', 'staleness p99', ({ staleness }) => staleness.per_proxy.p99),
  count('rounds', 'rounds', ({ rounds }) => rounds.length),
  count('contexts', 'contexts built', ({ metrics }) => metrics.pilot_pushcontext_init_seconds.count),
  count('pushes', 'pushes to proxies', ({ metrics }) => metrics.pilot_proxy_convergence_time.count),
  time('convergence_p99_s', 'convergence p99', ({ metrics }) => metrics.pilot_proxy_convergence_time.p99),
];

/** @param pair the scenario as it reads under the first and under the second release */
export function compareReleases(
  pair: readonly [Scenario, Scenario],
  { replications, onRun }: CompareReleasesOptions,
): ComparedReleases {
  const [first, second] = pair;
  const [from, to] = [behaviourOf(first.istio), behaviourOf(second.istio)];
  const rules = [...decisionsBetween(from.profile, to.profile), ...costRules(from.coefficients, to.coefficients)];
  const seeds = Array.from({ length: replications }, (_, replication) => String(replication));
  const spec = specOf(pair, from, to);
  let runs = 0;
  const run = (behaviour: Behaviour, replication: string): RunResult => {
    runs += 1;
    onRun?.(runs);
    return simulate(spec(behaviour), { behaviour, replication: Number(replication) });
  };
  const ablations = ablate<RunResult, ReleaseFigure>(FIGURES, run, from, to, rules, seeds);
  return {
    rows: ablations.filter(isDifferent).map((ablation) => explain(ablation)),
    same: ablations.filter((one) => !isDifferent(one) && (one.from !== 0 || one.to !== 0)).map(sameFigure),
    rules,
    idleRules: rules.length - (ablations[0]?.effects.length ?? 0),
    costsOf: [borrowedFrom(first.istio), borrowedFrom(second.istio)],
  };
}

function sameFigure({ figure, from, to }: FigureAblation<ReleaseFigure>) {
  return { figure, value: (from + to) / 2, byChance: from !== to };
}

/** A protocol that the scenario does not choose is the release's choice, and so a rule like the others. */
function specOf([first, second]: readonly [Scenario, Scenario], from: Behaviour, to: Behaviour) {
  const isDefault =
    first.istiod.xds === from.profile.defaults.xds &&
    second.istiod.xds === to.profile.defaults.xds &&
    first.istiod.xds !== second.istiod.xds;
  return ({ profile }: Behaviour): Scenario =>
    isDefault ? { ...first, istiod: { ...first.istiod, xds: profile.defaults.xds } } : first;
}

/** Numbers below these paths are sizes; all others are CPU and memory. */
const SIZES = 'bytes.';

function costRules(from: Coefficients, to: Coefficients): readonly VersionRule[] {
  const after = leaves(to);
  const changes = [...leaves(from)]
    .map(([path, value]) => ({ path, from: value, to: after.get(path) ?? value }))
    .filter((change) => change.from !== change.to);
  const group = (id: string, says: string, source: string, isMine: (path: string) => boolean): VersionRule => ({
    id,
    says,
    source,
    numbers: changes.filter(({ path }) => isMine(path)),
    take: (into, other) => ({
      ...into,
      coefficients: withLeaves(into.coefficients, other.coefficients, isMine),
    }),
  });
  return [
    group('sizes', 'Messages have other sizes.', 'recorded', (path) => path.startsWith(SIZES)),
    group('costs', 'The same work takes other CPU and memory.', 'fitted', (path) => !path.startsWith(SIZES)),
  ].filter(({ numbers }) => numbers.length > 0);
}

function count(id: string, label: string, of: ReleaseFigure['of']): ReleaseFigure {
  return { id, label, unit: 'count', of };
}

function time(id: string, label: string, of: ReleaseFigure['of']): ReleaseFigure {
  return { id, label, unit: 'seconds', of };
}
