/** The `events` section → sources with a timing and an effect each. */

import type { EventEffect, EventSpec, Timing } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { EFFECT_KEYS, type EventYamlOutput, effectOf, eventSchema } from '../events/event-kinds.js';
import { didYouMean } from '../units/nearest.js';
import { formatDuration } from '../units/units.js';
import { checkLoad, checkSpacing } from './event-load.js';
import { isMapping, type ReadResources } from './resources.js';

export interface PlacedEvent {
  readonly event: EventSpec;
  readonly path: Path;
  /** Which key says what an update or a delete is about. */
  readonly aimedBy: 'target' | 'name';
}

export function resolveEvents(
  written: unknown,
  duration: number | undefined,
  reporter: Reporter,
  readResources: ReadResources,
): readonly PlacedEvent[] {
  if (written === undefined) return [];
  if (!Array.isArray(written)) {
    reporter.error('wrong-type', ['events'], 'a list of events', { received: written });
    return [];
  }
  const read = written.map((item, i) => readEvent(item, ['events', i], duration, reporter, readResources));
  checkLoad(read, duration, reporter);
  // An apply of objects that istiod does not watch, which was told, is nothing.
  return named(read, reporter).filter(({ event: { what } }) => what.do !== 'apply' || what.objects.length > 0);
}

interface ReadEvent {
  readonly name: string | undefined;
  readonly source: string | undefined;
  readonly when: Timing;
  readonly what: EventEffect;
  readonly path: Path;
  readonly aimedBy: PlacedEvent['aimedBy'];
}

function readEvent(
  item: unknown,
  path: Path,
  duration: number | undefined,
  reporter: Reporter,
  readResources: ReadResources,
): ReadEvent | undefined {
  if (!isMapping(item)) {
    reporter.error('wrong-type', path, 'an event: a mapping with a timing and a happening', { received: item });
    return undefined;
  }
  const schema = eventSchema(item);
  if (isNames(schema)) {
    if (schema.length > 1) {
      const hint = 'write two events';
      reporter.error('bad-value', path, 'one happening per event', { received: schema.join(' and '), hint });
    } else {
      const close = Object.keys(item).map((key) => didYouMean(key, EFFECT_KEYS));
      const hint = close.find((text) => text !== undefined);
      reporter.error('missing-key', path, `what happens: one of ${EFFECT_KEYS.join(', ')}`, { hint });
    }
    return undefined;
  }
  const event = check(schema, item, path, reporter) as EventYamlOutput | undefined;
  if (!event) return undefined;
  const timed = 'deploys' in event ? { ...event, poisson: event.deploys } : event;
  const when = timingOf(timed, path, duration, reporter);
  const what = effectOf(event, { path, reporter, readResources });
  if (what) checkSpacing(what, path, reporter);
  const aim = 'update' in event ? event.update : 'delete' in event ? event.delete : undefined;
  const aimedBy = aim?.name === undefined ? 'target' : 'name';
  return (
    when &&
    what && { name: event.name, source: 'source' in event ? event.source : undefined, when, what, path, aimedBy }
  );
}

function isNames(found: object): found is readonly string[] {
  return Array.isArray(found);
}

interface Timed {
  readonly at?: number | undefined;
  readonly repeat?: number | undefined;
  readonly every?: number | undefined;
  readonly poisson?: number | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

function timingOf(event: Timed, path: Path, duration: number | undefined, reporter: Reporter): Timing | undefined {
  const { at, repeat, every, poisson, from, until } = event;
  const refuse = (key: string, expected: string, hint?: string) => {
    reporter.error('bad-value', [...path, key], expected, { hint, part: 'key' });
    return undefined;
  };
  if (poisson !== undefined) {
    if (at !== undefined)
      return refuse('at', 'either at or poisson', 'the first possible moment of a poisson source is from');
    if (repeat !== undefined) return refuse('repeat', 'no repeat beside poisson', 'end it with until');
    if (every !== undefined) return refuse('every', 'no every beside poisson');
    const start = from ?? 0;
    const end = until ?? duration ?? start + 1;
    if (until !== undefined && end <= start) return refuse('until', `a time after ${formatDuration(start)}`);
    if (duration !== undefined && start >= duration) {
      reporter.warn('bad-value', [...path, 'from'], `a time within the run, which lasts ${formatDuration(duration)}`, {
        hint: 'this source never does anything',
      });
    }
    return { kind: 'poisson', at: start, until: Math.max(start, end), meanGap: poisson };
  }
  if (at === undefined) {
    reporter.error('missing-key', path, 'a timing: at (with repeat and every), or poisson');
    return undefined;
  }
  if (from !== undefined) return refuse('from', 'from only beside poisson', 'use at');
  if (until !== undefined) return refuse('until', 'until only beside poisson', 'use repeat and every');
  if (repeat !== undefined && repeat > 1 && every === undefined) {
    reporter.error('missing-key', [...path, 'every'], 'the time between repetitions, such as 1s');
    return undefined;
  }
  if (every !== undefined && repeat === undefined) return refuse('every', 'repeat beside it: how many times');
  if (duration !== undefined && at >= duration) {
    reporter.warn('bad-value', [...path, 'at'], `a time within the run, which lasts ${formatDuration(duration)}`);
  }
  const timing: Timing = { kind: 'times', at, count: repeat ?? 1, every: every ?? 0 };
  warnOfLateOnes(timing, path, duration, reporter);
  return timing;
}

/** Repetitions that nobody will see are a unit that was mistyped. */
function warnOfLateOnes(
  { at, count, every }: Extract<Timing, { kind: 'times' }>,
  path: Path,
  duration: number | undefined,
  reporter: Reporter,
): void {
  if (duration === undefined || every === 0 || at >= duration) return;
  const within = Math.min(count, Math.ceil((duration - at) / every));
  if (within > count / 2) return;
  const text = `repetitions within the run: it lasts ${formatDuration(duration)}, and ${count - within} of ${count} come later`;
  reporter.warn('bad-value', [...path, 'repeat'], text);
}

/** Gives every event its name: as written, else KIND-N with N counting the unnamed ones of that kind. */
function named(read: readonly (ReadEvent | undefined)[], reporter: Reporter): PlacedEvent[] {
  const taken = new Set(read.flatMap((event) => event?.name ?? []));
  const seen = new Set<string>();
  const counters = new Map<string, number>();
  return read.flatMap((event) => {
    if (!event) return [];
    const { when, what, path, aimedBy, source } = event;
    let name = event.name;
    if (name === undefined) {
      let n = counters.get(what.do) ?? 0;
      do name = `${what.do}-${++n}`;
      while (taken.has(name));
      counters.set(what.do, n);
    } else if (seen.has(name))
      reporter.error('duplicate-name', [...path, 'name'], `there are two events called ${name}`, {
        hint: `for two events of one actor leave the names and write source: ${name}`,
      });
    seen.add(name);
    return [{ event: { name, source: source ?? name, when, what }, path, aimedBy }];
  });
}
