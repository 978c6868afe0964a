/** Counters of scrapes beside those of a run: what the last scrape has more than the first. */
import type { Sample } from '../../import/gathered.js';
import type { AgainstRow } from './against-row.js';

const COUNTERS = ['pilot_xds_pushes', 'pilot_push_triggers'] as const;

export function metricRows(
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
