import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { prettyIssue } from '../../src/scenario/document/issues.js';
import { parseScenario } from '../../src/scenario/load.js';
import { resolvedYaml } from '../../src/scenario/resolve/resolved-yaml.js';
import { PIECES } from '../faults/campaign/mutate.js';
import { dataOf, EVERYTHING } from './helpers.js';

/** Whatever the text, there is a scenario that reads back to itself, or there are located problems. */
function survives(text: string, sets: readonly string[] = []): void {
  const parsed = parseScenario(text, { file: 'fuzz.yaml', sets, readFile: () => 'not: [an object' });
  if (parsed.ok) {
    const again = parseScenario(resolvedYaml(parsed.scenario), { file: 'fuzz.yaml' });
    expect(again.ok && again.scenario).toEqual(parsed.scenario);
    return;
  }
  expect(parsed.issues.length).toBeGreaterThan(0);
  for (const issue of parsed.issues) {
    expect(issue.line).toBeGreaterThanOrEqual(sets.length > 0 ? 0 : 1);
    expect(prettyIssue(issue)).not.toBe('');
  }
}

const SNIPPETS = [...PIECES, '-1', 'true', '+1', '2Gi', '__proto__: '];

describe('no text makes the loader crash', () => {
  test('not a scenario with characters put in, taken out or repeated', () => {
    const edit = fc.record({
      at: fc.nat(EVERYTHING.length),
      cut: fc.nat(30),
      put: fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 5, unit: 'binary' })),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((t, { at, cut, put }) => t.slice(0, at) + put + t.slice(at + cut), EVERYTHING);
        survives(text);
      }),
      { numRuns: 150 },
    );
  });

  test('not a scenario with a value or key replaced', () => {
    const value = fc.oneof(
      fc.constantFrom(
        null,
        true,
        -1,
        0,
        1.5,
        1e300,
        '',
        'any',
        '5s',
        [],
        {},
        [[]],
        { a: 1 },
        'shop/cart',
        '1 per endpoint',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.nat(400), value, fc.boolean(), (target, replacement, renames) => {
        survives(stringify(replaced(dataOf(EVERYTHING), target, replacement, renames)));
      }),
      { numRuns: 150 },
    );
  });

  test('not random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => survives(text)));
  });

  test('not a random --set', () => {
    const word = fc.constantFrom(
      'run',
      '.',
      'seed',
      '[',
      '0',
      ']',
      '=',
      '"',
      'mesh',
      'generate',
      '{',
      'a: b',
      '*x',
      ' ',
      '\n',
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (words) => survives('description: x', [words.join('')])));
  });
});

/** The data with its n-th node (in document order, around the end) replaced, or its key renamed to one near it. */
function replaced(data: unknown, target: number, replacement: unknown, renames: boolean): unknown {
  let count = 0;
  const size = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, v) => sum + 1 + size(v), 0)
      : 0;
  const goal = target % size(data);
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => (count++ === goal ? replacement : walk(item)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (count++ !== goal) return [key, walk(item)];
        return renames ? [`${key}s`, item] : [key, replacement];
      }),
    );
  };
  return walk(data);
}
