/** Which part of a sweep the command line asks for. */
import type { Part } from '../experiment/sweep/run.js';
import { UsageError } from './common.js';
import { wholeNumber } from './work.js';

export interface PartOptions {
  readonly shard?: string | undefined;
  readonly index?: number | undefined;
  readonly of?: number | undefined;
  readonly queue?: string | undefined;
}

/** `--shard 2/3` counts from 1, as people do; `--index 1 --of 3` from 0, as array jobs do. They are the same part. */
export function partOf({ shard, index, of, queue }: PartOptions): Part | undefined {
  if (shard !== undefined && index !== undefined) throw new UsageError('give --shard or --index, not both');
  if (queue !== undefined && (shard ?? index) !== undefined) throw new UsageError('a queue deals out the work itself');
  if (of !== undefined && index === undefined) throw new UsageError('--of needs --index');
  if (shard !== undefined) {
    const [, i = 0, n = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? []).map(Number);
    if (i < 1 || i > n) throw new UsageError('--shard needs a part of a whole, such as 2/3');
    return { part: i - 1, of: n };
  }
  if (index === undefined) return undefined;
  const part = wholeNumber('index', index, 0) ?? 0;
  const whole = wholeNumber('of', of, 1) ?? Number.POSITIVE_INFINITY;
  if (part >= whole) throw new UsageError(`--index counts from 0: of ${whole} parts the last is ${whole - 1}`);
  return { part, of: whole };
}

/** `--index` without `--of` is one work item, which must exist. */
export function single({ index, of }: PartOptions, items: number): Part | undefined {
  if (index === undefined || of !== undefined) return undefined;
  if (index >= items) throw new UsageError(`--index ${index}: the sweep has the work items 0 to ${items - 1}`);
  return { part: index, of: items };
}

/** Of so many points, those of the part: item I is of point I modulo their number. An index beyond is refused later. */
export function pointsOf(part: Part | undefined): ((points: number) => readonly number[]) | undefined {
  if (part === undefined) return undefined;
  return (points) => {
    if (!Number.isFinite(part.of)) return points === 0 ? [] : [part.part % points];
    const of = new Set<number>();
    // After so many steps the same points come again.
    for (let step = 0; step < points; step++) of.add((part.part + step * part.of) % points);
    return [...of];
  };
}
