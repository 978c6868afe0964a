/** The lives of a few changes, in full: the slowest ones, and those of whoever was asked about. */
import type { Nanos } from '../../engine/time.js';
import type { Delivery } from '../../pipeline/model/change.js';
import { PHASES, type Phase } from '../staleness/phases.js';
import type { ChangeTrace } from '../staleness/staleness.js';

export interface ChangeTimeline {
  readonly id: number;
  readonly source: string;
  readonly object: string;
  readonly reason: string;
  /** When it was written; all other times are simulated times, too. */
  readonly written: Nanos;
  readonly round: number;
  readonly merged: number;
  readonly proxies: number;
  readonly first: Nanos;
  readonly half: Nanos;
  readonly by99: Nanos;
  readonly last: Nanos;
  readonly lastProxy: string;
  /** How long each stretch took for the last proxy; adds up to `last - written`. */
  readonly phases: Readonly<Record<Phase, Nanos>>;
}

const SLOWEST = 10;

export class ChangeTimelines {
  readonly slowest: ChangeTimeline[] = [];
  readonly followed: ChangeTimeline[] = [];

  constructor(private readonly follows: (change: Delivery) => boolean = () => false) {}

  completed(change: Delivery, changeTrace: ChangeTrace): void {
    const took = changeTrace.uses.last - change.at;
    const bar = this.slowest.length < SLOWEST ? -1 : tookOf(this.slowest.at(-1)!);
    const isFollowed = this.followed.length < SLOWEST && this.follows(change);
    if (took <= bar && !isFollowed) return;
    const timeline = tell(change, changeTrace);
    if (isFollowed) this.followed.push(timeline);
    if (took <= bar) return;
    this.slowest.splice(0, SLOWEST, ...slowestOf([...this.slowest, timeline]));
  }
}

/** The slowest of them, first of all. */
export function slowestOf(timelines: readonly ChangeTimeline[]): readonly ChangeTimeline[] {
  return [...timelines].sort((a, b) => tookOf(b) - tookOf(a) || a.id - b.id).slice(0, SLOWEST);
}

function tookOf({ last, written }: ChangeTimeline): Nanos {
  return last - written;
}

function tell(change: Delivery, { uses, ends, lastUser, merged, round, reason }: ChangeTrace): ChangeTimeline {
  const { kind = 'unknown', namespace = '', name = '' } = change.object ?? {};
  const phases: Record<string, Nanos> = {};
  let from = change.at;
  for (const [i, phase] of PHASES.entries()) {
    const end = i === PHASES.length - 1 ? uses.last : Math.min(uses.last, Math.max(from, ends[i]!));
    phases[phase] = end - from;
    from = end;
  }
  return {
    id: change.id,
    source: change.source,
    object: namespace === '' ? `${kind} ${name}`.trim() : `${kind} ${namespace}/${name}`,
    reason,
    written: change.at,
    round,
    merged,
    proxies: uses.count,
    first: uses.first,
    half: uses.by(0.5),
    by99: uses.by(0.99),
    last: uses.last,
    lastProxy: lastUser?.proxy.name ?? '',
    phases: phases as Record<Phase, Nanos>,
  };
}
