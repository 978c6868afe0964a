/** Charts over time with a line for each istiod: who holds the connections, and whose heap is how large. */
import type { DeadRequestsResult } from '../../measure/recorder/fleet-result.js';
import { lines, most, type Panel, shownOf } from './panel.js';
import type { RecordedSeries } from './recorded-series.js';

const MEBI = 2 ** 20;

/** Pairs of a proxy and an endpoint that was gone, in the interval before each row; none where there never were any. */
export function deadPanel({ seconds }: RecordedSeries, { over_time }: DeadRequestsResult): readonly Panel[] {
  if (over_time.length === 0) return [];
  const width = over_time.length > 1 ? over_time[1]!.at_s - over_time[0]!.at_s : 1;
  const first = over_time[0]!.at_s;
  const values = seconds.map((at, i) => {
    const middle = i === 0 ? at : (at + seconds[i - 1]!) / 2;
    return over_time[Math.floor((middle - first) / width)]?.pairs ?? 0;
  });
  const note = 'pairs of a proxy and an endpoint, averaged over each interval';
  return [
    { title: 'Sending to endpoints that are gone', note, unit: 'count', log: false, lines: lines([['pairs', values]]) },
  ];
}

export function fleetPanels(series: RecordedSeries): readonly Panel[] {
  const connections = series.ofPods('pilot_xds');
  const heap = series
    .ofPods('go_memstats_heap_alloc_bytes')
    .map(([pod, values]) => [pod, values.map((bytes) => bytes / MEBI)] as const);
  const panel = (title: string, unit: Panel['unit'], of: typeof connections): readonly Panel[] =>
    of.length === 0
      ? []
      : [{ title, note: `of each istiod, ${shownOf(of)}`, unit, log: false, lines: lines(most(of)) }];
  return [...panel('Connections', 'count', connections), ...panel('Heap in use, MiB', 'count', heap)];
}
