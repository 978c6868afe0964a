/**
 * Times for what has none better than a whole second: order is that of resourceVersions, which one etcd gives to all
 * kinds; those of one second are spread evenly over it.
 */
import type { Micros } from './sighting.js';

interface Timed {
  at: Micros;
  readonly isExact: boolean;
  readonly version: number;
}

const SECOND_us = 1e6;

/** Changes `at` of the inexact ones. `unknown` is a time that nobody knows: that of the write before it is taken. */
export function clockInexact(entries: readonly Timed[], unknown: Micros): void {
  const inexact = entries.filter(({ isExact }) => !isExact);
  if (inexact.length === 0) return;
  const known = entries
    .filter(({ at, version }) => at !== unknown && version >= 0)
    .sort((a, b) => a.version - b.version);
  const earliest = known.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  inexact.sort((a, b) => a.version - b.version);
  let second = Number.isFinite(earliest) ? Math.floor(earliest / SECOND_us) : 0;
  let next = 0;
  const groups = new Map<number, Timed[]>();
  for (const entry of inexact) {
    // What was written before it, by any input, was not later.
    for (; next < known.length && known[next]!.version < entry.version; next++)
      second = Math.max(second, Math.floor(known[next]!.at / SECOND_us));
    if (entry.at !== unknown) second = Math.max(second, Math.floor(entry.at / SECOND_us));
    const group = groups.get(second) ?? [];
    group.push(entry);
    groups.set(second, group);
  }
  for (const [at, group] of groups) {
    for (const [i, entry] of group.entries())
      entry.at = at * SECOND_us + Math.round(((i + 0.5) * SECOND_us) / group.length);
  }
}
