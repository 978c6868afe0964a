/**
 * A replay beside what istiod itself told of the same time: its log, round by round, and its metrics, in sums. What a
 * log or a scrape cannot tell is said, so that it is not taken for a difference.
 */
import { MICROSECOND, type Nanos, SECOND } from '../../engine/time.js';
import { startRun } from '../../fleet/run.js';
import type { SimulationSpec } from '../../fleet/spec.js';
import type { IstiodLog, LoggedRound } from '../../import/formats/istiod-log.js';
import type { Gathered, Sample } from '../../import/gathered.js';
import { micros } from '../../import/observed/sighting.js';
import type { RoundDetail } from '../../measure/timeline/rounds.js';

export interface AgainstRow {
  readonly what: string;
  readonly predicted: number;
  readonly observed: number;
  /** How far they may be apart, as a share of the observed; undefined: shown, not judged. */
  readonly limit: number | undefined;
}

export interface RoundPair {
  /** Since the start of the run. */
  readonly at_s: number;
  readonly predicted: number | undefined;
  readonly logged: number | undefined;
  readonly full: boolean;
}

export interface AgainstResult {
  readonly rows: readonly AgainstRow[];
  /** Empty without a log. */
  readonly rounds: readonly RoundPair[];
  readonly notes: readonly string[];
}

/** Rounds this near to each other are the same: the watch and the debounce's timer are not exact to the millisecond. */
const NEAR: Nanos = 0.25 * SECOND;

export function verifyAgainst(spec: SimulationSpec, observed: Gathered): AgainstResult {
  const run = startRun(spec);
  run.advance(run.duration);
  const { rounds } = run.timeline();
  const { metrics } = run.result();
  const debounced = rounds.filter(({ kind }) => kind !== 'bypass');
  const notes: string[] = [];
  const rows: AgainstRow[] = [];
  let pairs: readonly RoundPair[] = [];
  if (observed.logs.length > 0) {
    const logged = roundsInWindow(observed.logs, spec, debounced, notes);
    pairs = paired(debounced, logged);
    rows.push(...logRows(debounced, logged, pairs));
    notes.push(...logNotes(logged));
  }
  if (observed.samples.length > 0) rows.push(...metricRows(metrics, observed.samples, notes));
  return { rows, rounds: pairs, notes };
}

interface Placed {
  readonly at: Nanos;
  readonly round: LoggedRound;
}

/** Log times as times of the run. Several istiods log the same rounds: the first one's are taken. */
function roundsInWindow(
  logs: readonly IstiodLog[],
  spec: SimulationSpec,
  predicted: readonly RoundDetail[],
  notes: string[],
): readonly Placed[] {
  const all = logs.flatMap(({ rounds }) => rounds);
  const istiod = all[0]?.istiod;
  const own = all.filter((round) => round.istiod === istiod);
  if (own.length < all.length) notes.push(`the rounds of ${istiod} are taken: every istiod logs the same changes`);
  const { timeline } = spec;
  const starts = micros(timeline?.starts);
  if (timeline !== undefined && starts !== undefined) {
    const placed = own.map((round) => ({
      at: Math.round(((round.at - starts) * MICROSECOND - timeline.from) / timeline.speedUp),
      round,
    }));
    return placed.filter(({ at }) => at >= 0 && at <= spec.run.duration);
  }
  notes.push('the scenario has no start on the clock: its first round is laid on the first one logged');
  const offset = (own[0]?.at ?? 0) * MICROSECOND - (predicted[0]?.began ?? 0);
  return own.map((round) => ({ at: round.at * MICROSECOND - offset, round }));
}

/** In order, each with the nearest that is near enough. */
function paired(predicted: readonly RoundDetail[], logged: readonly Placed[]): RoundPair[] {
  const pairs: RoundPair[] = [];
  let j = 0;
  for (const { began, merged, full } of predicted) {
    for (; j < logged.length && logged[j]!.at < began - NEAR; j++) pairs.push(onlyLogged(logged[j]!));
    const candidate = logged[j];
    const isSame = candidate !== undefined && Math.abs(candidate.at - began) <= NEAR;
    if (isSame) j += 1;
    pairs.push({ at_s: began / SECOND, predicted: merged, logged: isSame ? candidate.round.merged : undefined, full });
  }
  for (; j < logged.length; j++) pairs.push(onlyLogged(logged[j]!));
  return pairs;
}

function onlyLogged({ at, round }: Placed): RoundPair {
  return { at_s: at / SECOND, predicted: undefined, logged: round.merged, full: round.full };
}

function logRows(
  predicted: readonly RoundDetail[],
  logged: readonly Placed[],
  pairs: readonly RoundPair[],
): readonly AgainstRow[] {
  const merged = (rounds: readonly { merged: number }[]) => rounds.reduce((sum, round) => sum + round.merged, 0);
  const own = logged.map(({ round }) => round);
  const matched = pairs.filter((pair) => pair.predicted !== undefined && pair.logged !== undefined);
  const quiet = [...own].filter((round) => round.merged === 1).map((round) => round.sinceLastChange_us / 1e6);
  return [
    { what: 'rounds', predicted: predicted.length, observed: own.length, limit: 0.05 },
    {
      what: 'full rounds',
      predicted: predicted.filter(({ full }) => full).length,
      observed: own.filter(({ full }) => full).length,
      limit: 0.05,
    },
    { what: 'updates merged', predicted: merged(predicted), observed: merged(own), limit: 0.05 },
    { what: 'rounds at the same time', predicted: matched.length, observed: own.length, limit: undefined },
    {
      what: 'of these, with as many updates',
      predicted: matched.filter((pair) => pair.predicted === pair.logged).length,
      observed: matched.length,
      limit: undefined,
    },
    ...(quiet.length === 0
      ? []
      : [
          {
            what: 'debounce of a single update, s',
            predicted: quietOf(predicted),
            observed: mean(quiet),
            limit: undefined,
          },
        ]),
  ];
}

function quietOf(rounds: readonly RoundDetail[]): number {
  return mean(rounds.filter(({ merged }) => merged === 1).map(({ quiet }) => quiet / SECOND));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function logNotes(logged: readonly Placed[]): string[] {
  const incremental = logged.filter(({ round }) => !round.full).length;
  const full = logged.length - incremental;
  const messages = logged.reduce(
    (sum, { round }) => sum + [...round.messages.values()].reduce((n, { count }) => n + count, 0),
    0,
  );
  return [
    `the log has ${messages} messages of ${full} full rounds; those of the ${incremental} incremental ones are not logged at the default level`,
    'of many keys and reasons a line names a few; sizes have one digit after the point',
  ];
}

const COUNTERS = ['pilot_xds_pushes', 'pilot_push_triggers'] as const;

/** Counters: what the last scrape has more than the first. */
function metricRows(
  metrics: Readonly<Record<string, unknown>>,
  samples: readonly Sample[],
  notes: string[],
): readonly AgainstRow[] {
  const { deltas, scrapes } = increases(samples);
  if (scrapes < 2)
    notes.push(
      'one scrape counts since istiod began, connections and start-up included: give one before and one after',
    );
  const rows: AgainstRow[] = [];
  for (const family of COUNTERS) {
    const predicted = byLabel(metrics[family]);
    for (const [type, observed] of [...(deltas.get(family) ?? [])].sort()) {
      if (!(type in predicted) || observed <= 0) continue;
      const limit = family === 'pilot_xds_pushes' && scrapes > 1 ? 0.1 : undefined;
      rows.push({ what: `${family} ${type}`, predicted: predicted[type] ?? 0, observed, limit });
    }
  }
  const rounds = deltas.get('pilot_debounce_time_count')?.get('');
  const counted = metrics.pilot_debounce_time as { count?: number } | undefined;
  if (rounds !== undefined)
    rows.push({
      what: 'rounds (pilot_debounce_time)',
      predicted: counted?.count ?? 0,
      observed: rounds,
      limit: scrapes > 1 ? 0.05 : undefined,
    });
  return rows;
}

function byLabel(family: unknown): Readonly<Record<string, number>> {
  return (family as { by?: Readonly<Record<string, number>> } | undefined)?.by ?? {};
}

/** By family and `type`; a counter that falls has restarted and begins at 0 again. */
export function increases(samples: readonly Sample[]): {
  deltas: ReadonlyMap<string, ReadonlyMap<string, number>>;
  scrapes: number;
} {
  const series = new Map<
    string,
    { family: string; type: string; first: number; last: number; sum: number; count: number }
  >();
  const files = new Set(samples.map(({ file }) => file));
  for (const { name, labels, value, file, at } of samples) {
    const type = labels.type ?? labels.event ?? '';
    const id = `${name} ${JSON.stringify([labels, at === undefined ? '' : file])}`;
    const known = series.get(id);
    if (known === undefined) {
      // A counter that the first scrape lacks was 0 then.
      const isLate = files.size > 1 && file !== samples[0]?.file;
      series.set(id, { family: name, type, first: value, last: value, sum: isLate ? value : 0, count: 1 });
      continue;
    }
    known.sum += value >= known.last ? value - known.last : value;
    known.last = value;
    known.count += 1;
  }
  const scrapes = Math.max(files.size, ...[...series.values()].map(({ count }) => count));
  const deltas = new Map<string, Map<string, number>>();
  for (const { family, type, last, sum } of series.values()) {
    const types = deltas.get(family) ?? new Map<string, number>();
    types.set(type, (types.get(type) ?? 0) + (scrapes > 1 ? sum : last));
    deltas.set(family, types);
  }
  return { deltas, scrapes };
}
