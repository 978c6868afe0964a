/**
 * A replay beside what istiod itself told of the same time: its log, round by round, and its metrics, in sums. What a
 * log or a scrape cannot tell is said, so that it is not taken for a difference.
 */
import { MICROSECOND, type Nanos, SECOND } from '../../engine/time.js';
import { startRun } from '../../fleet/run.js';
import type { RunOptions } from '../../fleet/run-types.js';
import type { SimulationSpec } from '../../fleet/spec.js';
import type { IstiodLog, LoggedRound } from '../../import/formats/istiod-log.js';
import type { Gathered } from '../../import/gathered.js';
import { micros } from '../../import/observed/sighting.js';
import type { RoundDetail } from '../../measure/timeline/rounds.js';
import { metricRows } from './against-metrics.js';
import { type AgainstRow, isWithin } from './against-row.js';

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

/** So many runs tell what is chance, when one is not like what was observed. */
const RUNS = 5;

export function verifyAgainst(spec: SimulationSpec, observed: Gathered, options: RunOptions = {}): AgainstResult {
  const { replication = 0 } = options;
  const first = comparison(spec, observed, options);
  if (first.rows.every(isWithin)) return first;
  const more = Array.from({ length: RUNS - 1 }, (_, i) =>
    comparison(spec, observed, { ...options, replication: replication + 1 + i }),
  );
  const rows = first.rows.map((row, i) => {
    const all = [row, ...more.map((other) => other.rows[i]!)].map(({ predicted }) => predicted);
    return { ...row, least: Math.min(...all), most: Math.max(...all) };
  });
  const note = `some rows depend on who is served first: ${RUNS} runs with other random numbers tell how much, and what lies between the least and the most of them is chance`;
  return { ...first, rows, notes: rows.some(({ least, most }) => least < most) ? [...first.notes, note] : first.notes };
}

function comparison(spec: SimulationSpec, observed: Gathered, options: RunOptions): AgainstResult {
  const run = startRun(spec, options);
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
