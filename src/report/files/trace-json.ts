/**
 * A trace in the JSON of `chrome://tracing` and ui.perfetto.dev: times in microseconds, a process for each kind of lane,
 * and of several istiods for each of theirs.
 */
import type { Recording } from '../../measure/recorder/recording.js';
import type { Lane } from '../../measure/timeline/trace.js';
import { livedRows } from './exposition.js';

const LANES: readonly { readonly lane: Lane; readonly title: string; readonly track: (n: number) => string }[] = [
  { lane: 'debounce', title: 'Debounce: batches waiting', track: () => 'batch' },
  { lane: 'context', title: 'Push contexts', track: () => 'build' },
  { lane: 'slots', title: 'Push slots', track: (n) => `slot ${n}` },
  { lane: 'cores', title: 'Cores', track: (n) => `core ${n}` },
];

export function traceJson(recording: Recording): string {
  const { istiods = [recording] } = recording;
  const events = istiods.flatMap((one, i) => eventsOf(one, i * LANES.length, istiods.length > 1));
  const dropped = istiods.reduce((sum, { trace }) => sum + (trace?.dropped ?? 0), 0);
  // One event on a line, so that the file can be looked at and compared.
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify({ dropped: String(dropped) })},"traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

/** Of one istiod, which has as many processes of the viewer as there are lanes, after the first `before`. */
function eventsOf(recording: Recording, before: number, isNamed: boolean): object[] {
  const { trace, life } = recording;
  const events: object[] = [];
  const tracks = new Set<string>();
  const whose = isNamed && life !== undefined ? `${life.pod} since ${life.from / 1e9} s · ` : '';
  for (const [i, { title }] of LANES.entries()) {
    const pid = before + i + 1;
    events.push({ ph: 'M', name: 'process_name', pid, args: { name: `${whose}${title}` } });
    events.push({ ph: 'M', name: 'process_sort_index', pid, args: { sort_index: before + i } });
  }
  for (const { lane, track, name, from, to, detail } of trace?.slices ?? []) {
    const place = LANES.findIndex((known) => known.lane === lane);
    const pid = before + place + 1;
    const id = `${pid}/${track}`;
    if (!tracks.has(id)) {
      tracks.add(id);
      const title = LANES[place]!.track(track);
      events.push({ ph: 'M', name: 'thread_name', pid, tid: track + 1, args: { name: title } });
      events.push({ ph: 'M', name: 'thread_sort_index', pid, tid: track + 1, args: { sort_index: track } });
    }
    const times = { ts: from / 1000, dur: (to - from) / 1000 };
    events.push({ ph: 'X', name, cat: lane, pid, tid: track + 1, ...times, ...(detail && { args: detail }) });
  }
  for (const row of livedRows(recording)) {
    const args = { waiting: row.queuePeak, slots: row.slotsPeak };
    events.push({ ph: 'C', name: 'push queue', pid: before + 3, ts: row.at / 1000, args });
  }
  return events;
}
