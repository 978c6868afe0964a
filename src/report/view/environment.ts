/** istiod's settings as they are in force, each with where it is from: the release, the scenario file, the command line. */
import { istiodOptions } from '../../fleet/istiod-options.js';
import { wholeCores } from '../../fleet/run.js';
import { profileOf } from '../../istio/profile.js';
import type { IstiodOptions } from '../../pipeline/options.js';
import type { Scenario } from '../../scenario/scenario.js';
import { formatDuration } from '../../scenario/units/units.js';

export interface Setting {
  readonly name: string;
  /** As the variable would be written. */
  readonly value: string;
  readonly origin: string;
}

type Shown = (options: IstiodOptions) => string;

/** The variables that the model acts upon in every release; others appear when they are set. */
const EVERYWHERE: Readonly<Record<string, Shown>> = {
  PILOT_DEBOUNCE_AFTER: ({ debounceAfter }) => formatDuration(debounceAfter),
  PILOT_DEBOUNCE_MAX: ({ debounceMax }) => formatDuration(debounceMax),
  PILOT_ENABLE_EDS_DEBOUNCE: ({ enableEdsDebounce }) => String(enableEdsDebounce),
  PILOT_PUSH_THROTTLE: ({ pushThrottle }) => String(pushThrottle),
  PILOT_MAX_REQUESTS_PER_SECOND: ({ maxRequestsPerSecond }) => String(maxRequestsPerSecond),
};

/** @param sets what the command line replaced, as `path=value` */
export function settingsOf({ istio, istiod }: Scenario, sets: readonly string[] = []): readonly Setting[] {
  const profile = profileOf(istio);
  const cores = wholeCores({ istiod });
  const options = istiodOptions(istiod, profile, cores);
  const fromLine = new Set(sets.map((set) => /^istiod\.env\.(\w+)=/.exec(set)?.[1]));
  const automatic = (name: string) =>
    (name === 'PILOT_PUSH_THROTTLE' && profile.defaults.pushThrottle === 0) ||
    (name === 'PILOT_MAX_REQUESTS_PER_SECOND' && profile.defaults.maxRequestsPerSecond === 0);
  const origin = (name: string): string => {
    if (istiod.env[name] !== undefined) return fromLine.has(name) ? '--set' : 'scenario';
    return `default of ${istio}${automatic(name) ? `, from ${cores} ${cores === 1 ? 'core' : 'cores'}` : ''}`;
  };
  const names = [...new Set([...Object.keys(EVERYWHERE), ...Object.keys(istiod.env).sort()])];
  return names.map((name) => ({
    name,
    value: (Object.hasOwn(EVERYWHERE, name) ? EVERYWHERE[name]?.(options) : istiod.env[name]) ?? '',
    origin: origin(name),
  }));
}
