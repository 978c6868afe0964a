/** Lists of environment variables as text: a name, and where not all known releases have it, `:` and those that do. */
import { compareReleases, MINORS, NEWEST, OLDEST, type Release, releaseOf } from '../releases.js';

export type VariableType = 'duration' | 'integer' | 'number' | 'boolean' | 'text';

export interface Registered {
  readonly name: string;
  readonly type: VariableType;
  /** First and last releases that have it; several where it was back-ported. */
  readonly spans: readonly Span[];
}

export interface Span {
  readonly first: Release;
  readonly last: Release;
}

/** `A B:1.19… C:…1.22.3 D:1.18.6…1.18,1.19.4…`: all, since, until, and two spans. */
export function registered(type: VariableType, text: string): readonly Registered[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', spans = '…'] = word.split(':');
      return { name, type, spans: spans.split(',').map(spanOf) };
    });
}

export function has({ spans }: Registered, release: Release): boolean {
  return spans.some(({ first, last }) => compareReleases(first, release) <= 0 && compareReleases(release, last) <= 0);
}

/** `1.19 and later`, `up to 1.22.8`, `1.18.6 to 1.18.7 and 1.19.4 and later`. */
export function spansText({ spans }: Registered): string {
  return spans
    .map(({ first, last }) => {
      if (first.name === OLDEST.name) return last.name === NEWEST.name ? 'all' : `up to ${last.name}`;
      if (last.name === NEWEST.name) return `${first.name} and later`;
      return first.name === last.name ? first.name : `${first.name} to ${last.name}`;
    })
    .join(' and ');
}

function spanOf(text: string): Span {
  const [from = '', to = from] = text.split('…');
  return {
    first: from === '' ? OLDEST : firstOf(from),
    last: to === '' ? NEWEST : releaseOf(to),
  };
}

/** A minor begins with its first patch and ends with its newest. */
function firstOf(name: string): Release {
  const newest = releaseOf(name);
  return MINORS.includes(name) && newest.patch > 0 ? releaseOf(`${name}.0`) : newest;
}
