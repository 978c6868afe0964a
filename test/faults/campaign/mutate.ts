/** Documents that were right, with something else in some places. */
import type { Draw } from './draw.js';
import { leaf } from './values.js';

/** A copy with one to four nodes replaced, taken out, doubled, or under another name. */
export function mutated(data: unknown, draw: Draw): unknown {
  let copy = data;
  for (let times = 1 + draw.below(4); times > 0; times--)
    copy = edited(copy, draw.below(Math.max(1, size(copy))), draw);
  return copy;
}

function size(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, inner) => sum + size(inner), 0);
}

function edited(value: unknown, goal: number, draw: Draw): unknown {
  let count = 0;
  const walk = (inner: unknown): unknown => {
    if (Array.isArray(inner)) {
      return inner.flatMap((item: unknown) => {
        if (count++ !== goal) return [walk(item)];
        return draw.of([() => [leaf(draw)], () => [], () => [item, item]])();
      });
    }
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).flatMap(([key, item]): [string, unknown][] => {
        if (count++ !== goal) return [[key, walk(item)]];
        return draw.of<() => [string, unknown][]>([
          () => [[key, leaf(draw)]],
          () => [[key, leaf(draw)]],
          () => [],
          () => [[`${key}s`, item]],
          () => [[key, [item, item]]],
        ])();
      }),
    );
  };
  return walk(value);
}

/** Of YAML, and of what is none. */
export const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '  ',
  '&a ',
  '*a',
  '!!str ',
  '|\n',
  '"',
  "'",
  '#',
  '0',
  '-',
  '1e999',
  '.nan',
  '.inf',
  '~',
  'null',
  '5s',
  '? ',
  '<<: ',
  '%',
  '\t',
  '\u0000',
  '\ufeff',
  'é',
  '\ud800',
  '---\n',
  ',',
  '9'.repeat(40),
] as const;

/** The text with pieces cut out, put in, repeated, or cut off. */
export function damagedText(text: string, draw: Draw): string {
  let damaged = text;
  for (let times = 1 + draw.below(4); times > 0; times--) {
    const at = draw.below(damaged.length + 1);
    const until = Math.min(damaged.length, at + draw.below(30));
    damaged = draw.of([
      () => damaged.slice(0, at) + damaged.slice(until),
      () => damaged.slice(0, at) + draw.of(PIECES) + damaged.slice(at),
      () => damaged.slice(0, at) + draw.of(PIECES) + damaged.slice(until),
      () => damaged.slice(0, until) + damaged.slice(at),
      () => (draw.chance(0.1) ? damaged.slice(0, at) : damaged),
    ])();
  }
  return damaged;
}
