/** A trace in the JSON of `chrome://tracing` and ui.perfetto.dev: times in microseconds, a process for each kind of lane. */
import type { Recording } from '../../measure/recorder/recording.js';
import type { Lane } from '../../measure/timeline/trace.js';

const LANES: readonly { readonly lane: Lane; readonly title: string; readonly track: (n: number) => string }[] = [
  { lane: 'debounce', title: 'Debounce: batches waiting', track: () => 'batch' },
  { lane: 'context', title: 'Push contexts', track: () => 'build' },
  { lane: 'slots', title: 'Push slots', track: (n) => `slot ${n}` },
  { lane: 'cores', title: 'Cores', track: (n) => `core ${n}` },
];

export function traceJson({ trace, rows }: Recording): string {
  const events: object[] = [];
  const tracks = new Set<string>();
  for (const [i, { title }] of LANES.entries()) {
    events.push({ ph: 'M', name: 'process_name', pid: i + 1, args: { name: title } });
    events.push({ ph: 'M', name: 'process_sort_index', pid: i + 1, args: { sort_index: i } });
  }
  for (const { lane, track, name, from, to, detail } of trace?.slices ?? []) {
    const pid = LANES.findIndex((known) => known.lane === lane) + 1;
    const id = `${pid}/${track}`;
    if (!tracks.has(id)) {
      tracks.add(id);
      const title = LANES[pid - 1]!.track(track);
      events.push({ ph: 'M', name: 'thread_name', pid, tid: track + 1, args: { name: title } });
      events.push({ ph: 'M', name: 'thread_sort_index', pid, tid: track + 1, args: { sort_index: track } });
    }
    const times = { ts: from / 1000, dur: (to - from) / 1000 };
    events.push({ ph: 'X', name, cat: lane, pid, tid: track + 1, ...times, ...(detail && { args: detail }) });
  }
  for (const row of rows) {
    const args = { waiting: row.queuePeak, slots: row.slotsPeak };
    events.push({ ph: 'C', name: 'push queue', pid: 3, ts: row.at / 1000, args });
  }
  const otherData = { dropped: String(trace?.dropped ?? 0) };
  // One event on a line, so that the file can be looked at and compared.
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(otherData)},"traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}
