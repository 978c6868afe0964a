/** What several istiods were measured in, as one recording: pushes, changes and times of all of them together. */
import { Histogram } from '../../stats/histogram.js';
import { type ChangeTimeline, slowestOf } from '../timeline/change-timelines.js';
import type { RoundDetail } from '../timeline/rounds.js';
import type { Life, Recording } from './recording.js';
import type { Row } from './samples.js';

type Part = Recording & { readonly life: Life };

/** All parts have rows at the same times. Of one part the recording is its own. */
export function combinedRecording(parts: readonly Part[]): Recording {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('there is no recording to combine');
  if (others.length === 0) return first;
  const { life: _, ...whole } = first;
  const rounds = parts.flatMap((part) => part.rounds);
  return {
    ...whole,
    rows: first.rows.map((row, i) => others.reduce<Row>((sum, { rows }) => together(sum, rows[i]), row)),
    rounds: rounds.sort((a, b) => a.since - b.since || a.began - b.began).map(numbered),
    roundsCount: parts.reduce((sum, { roundsCount }) => sum + roundsCount, 0),
    staleness: all(parts.map(({ staleness }) => staleness)),
    convergence: all(parts.map(({ convergence }) => convergence)),
    slowest: slowestOf(parts.flatMap(({ slowest }) => slowest)),
    followed: parts.flatMap(({ followed }) => followed).sort(byId),
    istiods: parts,
  };
}

/** Pushes of one istiod have numbers of their own. */
function numbered(round: RoundDetail, i: number): RoundDetail {
  return { ...round, number: i + 1 };
}

function byId(a: ChangeTimeline, b: ChangeTimeline): number {
  return a.id - b.id || a.last - b.last;
}

function together(sum: Row, row: Row | undefined): Row {
  if (row === undefined) return sum;
  return {
    ...sum,
    queuePeak: sum.queuePeak + row.queuePeak,
    slotsPeak: Math.max(sum.slotsPeak, row.slotsPeak),
    convergence: sum.convergence.plus(row.convergence),
    staleness: sum.staleness.plus(row.staleness),
  };
}

function all(histograms: readonly Histogram[]): Histogram {
  const sum = new Histogram();
  for (const histogram of histograms) sum.absorb(histogram);
  return sum;
}
