/** How much the events of a scenario ask for, before anything is simulated: what no machine can do is refused. */
import type { EventEffect, Timing } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { formatDuration } from '../units/units.js';

/** A run handles some hundred thousand events a second: these take minutes. Beyond it a number was mistyped. */
const MOST_EVENTS = 20_000_000;
/** At one instant they are all under way together, so they take memory. */
const MOST_AT_ONCE = 1_000_000;
/** Simulated time ends here (2^53 ns). */
const LAST = Number.MAX_SAFE_INTEGER;

export interface Load {
  readonly when: Timing;
  readonly what: EventEffect;
  readonly path: Path;
}

export function checkLoad(
  events: readonly (Load | undefined)[],
  duration: number | undefined,
  reporter: Reporter,
): void {
  if (duration === undefined) return;
  let total = 0;
  let complained = false;
  for (const event of events) {
    if (event === undefined) continue;
    const expected = expectedEvents(event, duration);
    total += expected;
    const { when, path } = event;
    if (when.kind === 'times' && when.every === 0 && expected > MOST_AT_ONCE) {
      const text = `${expected} events at one instant: at most ${MOST_AT_ONCE} are simulated at once`;
      reporter.error('too-large', [...path, 'repeat'], text, { hint: 'spread them: every: 1ms' });
    } else if (total > MOST_EVENTS && !complained) {
      complained = true;
      const text = `about ${Math.round(total)} events in ${formatDuration(duration)}: at most ${MOST_EVENTS} are simulated`;
      reporter.error('too-large', path, text, { hint: 'a lower rate, or a shorter run' });
    }
  }
}

/** Writes of objects, as far as the timing says. */
function expectedEvents({ when, what }: Load, duration: number): number {
  const each = what.do === 'create' ? what.kinds.length : what.do === 'apply' ? what.objects.length : 1;
  if (when.kind === 'poisson') return (each * Math.max(0, Math.min(when.until, duration) - when.at)) / when.meanGap;
  if (when.at >= duration) return 0;
  return each * (when.every === 0 ? when.count : Math.min(when.count, Math.ceil((duration - when.at) / when.every)));
}

/** What is written apart from each other is written while there is time. */
export function checkSpacing(what: EventEffect, path: Path, reporter: Reporter): void {
  if (what.do !== 'create' && what.do !== 'apply') return;
  const count = what.do === 'create' ? what.kinds.length : what.objects.length;
  if (what.spacing * count <= LAST / 4) return;
  const longest = formatDuration(Math.floor(LAST / 4 / count / 3.6e12) * 3.6e12);
  reporter.error('bad-value', [...path, 'spacing'], `at most ${longest}: simulated time ends after 104 days`, {
    received: formatDuration(what.spacing),
  });
}
