/** The `timeline` of a scenario: its file is read through once, so that every bad line is known before anything runs. */
import type { TimelineSpec } from '../../cluster/event-spec.js';
import { linesOf } from '../../cluster/timeline/timeline-file.js';
import type { Nanos } from '../../engine/time.js';
import { sliceOf } from '../../mesh/services/kubernetes.js';
import type { SliceSpec } from '../../mesh/spec.js';
import type { Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { TimelineYaml } from '../schema/timeline.js';
import { formatDuration } from '../units/units.js';

export interface ReadTimeline {
  readonly timeline: TimelineSpec;
  readonly slices: readonly SliceSpec[];
  /** Of the whole file: as its first line says, else until the last event. */
  readonly lasts: Nanos;
}

/** So many bad lines are told one by one. */
const MOST_PROBLEMS = 20;

/** @param pathOf where a file is that the scenario names; undefined: it may not be read */
export function resolveTimeline(
  written: unknown,
  reporter: Reporter,
  pathOf: (file: string) => string | undefined,
): ReadTimeline | undefined {
  if (written === undefined) return undefined;
  const read = check(TimelineYaml, written, ['timeline'], reporter);
  if (read === undefined) return undefined;
  const section = typeof read === 'string' ? { file: read, from: 0, until: undefined, speedUp: 1 } : read;
  const { file, from, until, speedUp } = section;
  if (until !== undefined && until <= from) {
    const received = formatDuration(until);
    reporter.error('bad-value', ['timeline', 'until'], `a time after ${formatDuration(from)}`, { received });
    return undefined;
  }
  const path = pathOf(file);
  if (path === undefined) {
    reporter.error('unreadable', ['timeline'], 'a timeline does not go through a queue: it is read from the disk');
    return undefined;
  }
  const content = readThrough(path, file, reporter);
  if (content === undefined) return undefined;
  const { starts, slices, lasts } = content;
  return { timeline: { file, path, starts, slices: slices.length, from, until, speedUp }, slices, lasts };
}

function readThrough(
  path: string,
  file: string,
  reporter: Reporter,
): (Pick<ReadTimeline, 'slices' | 'lasts'> & { readonly starts: string }) | undefined {
  const slices: SliceSpec[] = [];
  let lasts: Nanos | undefined;
  let starts = '';
  let last: Nanos = 0;
  let problems = 0;
  try {
    for (const { number, line } of linesOf(path)) {
      if (line.is === 'header') ({ lasts, starts } = line.header);
      else if (line.is === 'start') {
        const slice = sliceOf(line.slice);
        if (slice !== undefined) slices.push(slice);
      } else {
        const expected = line.is === 'problem' ? line.expected : line.event.at < last ? 'events in order of time' : '';
        if (line.is === 'event') last = Math.max(last, line.event.at);
        if (expected === '' || problems++ >= MOST_PROBLEMS) continue;
        reporter.within(() => ({ file: path, line: number, column: 1 })).error('bad-value', [], expected);
      }
    }
  } catch (error) {
    const hint = error instanceof Error ? error.message.split('\n', 1)[0] : undefined;
    reporter.error('unreadable', ['timeline'], `the file ${file} cannot be read`, { hint });
    return undefined;
  }
  return problems > 0 ? undefined : { slices, starts, lasts: lasts ?? last + 1 };
}
