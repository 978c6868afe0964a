import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/load.js';
import { problems, problemsOf } from './helpers.js';

describe('files that are no scenarios', () => {
  test.each([
    ['', 'a scenario, and the file is empty (begin with description: …)'],
    ['   \n\n# only a comment\n', 'a scenario, and the file is empty'],
    ['---\n', 'a scenario, and the file is empty'],
    ['hello', 'a scenario: a mapping with description'],
    ['42', 'a scenario: a mapping with description'],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(expected)]);
  });

  test('binary is refused at its first strange character', () => {
    expect(problemsOf('description: x\nistio: \u0000')).toEqual(['test.yaml:2:8: this is not a text file in UTF-8']);
    expect(problemsOf(Buffer.from([0x64, 0x3a, 0xff, 0xfe]).toString())).toEqual([
      'test.yaml:1:3: this is not a text file in UTF-8',
    ]);
  });

  test('two documents in a file are one too many', () => {
    expect(problemsOf('description: a\n---\ndescription: b\n')).toEqual([
      'test.yaml:3:1: expected one scenario per file',
    ]);
  });
});

describe('YAML with mistakes', () => {
  test('is placed, with what usually causes it', () => {
    expect(problemsOf('description: And if? (six: only)')).toEqual([
      'test.yaml:1:14: Nested mappings are not allowed in compact mappings (a text with ": " inside needs quotes)',
    ]);
    expect(problemsOf('description: x\nevents: [{ at: 1s }\nrun: 5')[0]).toContain('test.yaml:3:');
  });

  test('with a key twice names both the key and the place of the second', () => {
    expect(problems('run: { seed: a, duration: 1s, seed: b }')).toEqual(['test.yaml:2:31: the key seed occurs twice']);
  });

  test('with a mapping as key is refused', () => {
    expect(problems('? [a, b]\n: c')).toEqual(['test.yaml:2:3: a key must be plain text']);
  });

  test('with an unknown alias is placed', () => {
    expect(problems('run: *nowhere')).toHaveLength(1);
  });
});

describe('hostile files', () => {
  test('20,000 levels of brackets', () => {
    expect(problemsOf(`description: ${'['.repeat(20_000)}`)).toEqual([
      'test.yaml:1:1: the file is nested more than 64 levels deep',
    ]);
  });

  test('20,000 levels of block lists on one line', () => {
    expect(problemsOf(`description: x\nevents:\n${'- '.repeat(20_000)}1`)).toHaveLength(1);
  });

  test('2,000 levels of indentation', () => {
    const text = Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(problemsOf(text)).toEqual([expect.stringContaining('nested')]);
  });

  test('a bomb of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(problemsOf(lines.join('\n'))).toEqual([expect.stringContaining('aliases cannot be expanded')]);
  });

  test('an alias inside itself', () => {
    expect(problems('mesh: &m { services: [*m] }')).toEqual(['test.yaml:2:23: the alias *m contains itself']);
  });

  test('50,000 keys in one mapping', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `  k${i}: 1`).join('\n');
    expect(problemsOf(`description: x\ncosts:\n${keys}`).length).toBeLessThanOrEqual(100);
  });

  test('a file of 5 MiB', () => {
    expect(problemsOf(`# ${'x'.repeat(5 * 1024 * 1024)}`)).toEqual([expect.stringContaining('larger than 4 MiB')]);
  });

  test('100,000 mistakes are cut to a hundred', () => {
    expect(problemsOf(`description: x\nevents: [${'1, '.repeat(100_000)}]`)).toHaveLength(100);
  });

  test('keys that mean something to JavaScript are only unknown keys', () => {
    expect(problems('__proto__: { polluted: true }\nconstructor: 1\ntoString: 2')).toEqual([
      expect.stringContaining('__proto__: unknown key'),
      expect.stringContaining('constructor: unknown key'),
      expect.stringContaining('toString: unknown key'),
    ]);
    expect('polluted' in {}).toBe(false);
  });

  test('terminal control characters never reach a message', () => {
    const [message] = problems('istio: "\\e[31mred"');
    expect(message).toContain('found "\\u001b[31mred"');
    expect(problems('thresholds: { "\\e[31mred": 1 }')[0]).toContain('found a mapping with ·[31mred');
  });
});

test('a byte order mark and Windows line ends are no obstacle', () => {
  expect(parseScenario('\ufeffdescription: x\r\nrun: { duration: 1s }\r\n').ok).toBe(true);
});
