/**
 * Distributions of several istiods of which only the percentiles are known. Count, mean, total and maximum of all are
 * exact; a percentile is the mean of theirs, weighted by their samples.
 */
import { greatest } from '../../stats/extremes.js';
import type { Distribution } from './distribution.js';
import type { RunResult } from './result.js';

type Traffic = RunResult['traffic'];

export function combined(parts: readonly Distribution[]): Distribution {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const weighted = (of: (part: Distribution) => number): number =>
    count === 0 ? 0 : parts.reduce((sum, part) => sum + of(part) * part.count, 0) / count;
  return {
    count,
    mean: weighted(({ mean }) => mean),
    p50: weighted(({ p50 }) => p50),
    p90: weighted(({ p90 }) => p90),
    p99: weighted(({ p99 }) => p99),
    max: Math.max(0, ...parts.map(({ max }) => max)),
  };
}

/** Label by label. */
export function eachCombined(parts: readonly Readonly<Record<string, Distribution>>[]): Record<string, Distribution> {
  return grouped(parts, combined);
}

export function combinedTraffic(parts: readonly Traffic[]): Traffic {
  const types = grouped(
    parts.map((part) => part.types),
    (all) => ({ ...combined(all), total: all.reduce((sum, { total }) => sum + total, 0) }),
  );
  const groups = grouped(
    parts.map((part) => part.groups),
    (all) => ({
      ...summed(all),
      proxies: greatest(all.map(({ proxies }) => proxies)),
      types: grouped(
        all.map((one) => one.types),
        summed,
      ),
    }),
  );
  return { types, groups };
}

interface Amount {
  readonly messages: number;
  readonly bytes: number;
  readonly largest: number;
}

function summed(all: readonly Amount[]): Amount {
  return {
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    largest: greatest(all.map(({ largest }) => largest)),
  };
}

function grouped<T, U>(
  parts: readonly Readonly<Record<string, T>>[],
  join: (all: readonly T[]) => U,
): Record<string, U> {
  const by = new Map<string, T[]>();
  for (const part of parts) {
    for (const [label, value] of Object.entries(part)) {
      const known = by.get(label);
      if (known === undefined) by.set(label, [value]);
      else known.push(value);
    }
  }
  return Object.fromEntries([...by].map(([label, all]) => [label, join(all)]));
}
