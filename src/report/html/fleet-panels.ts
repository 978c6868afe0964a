/** Charts over time with a line for each istiod: who holds the connections, and whose heap is how large. */
import { lines, most, type Panel, shownOf } from './panel.js';
import type { RecordedSeries } from './recorded-series.js';

const MEBI = 2 ** 20;

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
