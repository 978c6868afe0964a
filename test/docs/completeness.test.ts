/** The reference pages name everything there is: keys of scenarios, metrics, variables, commands and their options. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIELD_LIMITS, LIMITS } from '../../src/scenario/limits/limits.js';
import { documents, ROOT } from './markdown.js';

const textOf = (path: string): string => documents.find((document) => document.path === path)?.text ?? '';
const json = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** Every property name in a JSON Schema, however deep. */
function keysIn(schema: unknown, keys: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(schema)) for (const item of schema) keysIn(item, keys);
  else if (typeof schema === 'object' && schema !== null) {
    const { properties } = schema as { properties?: unknown };
    if (typeof properties === 'object' && properties !== null) for (const key of Object.keys(properties)) keys.add(key);
    for (const value of Object.values(schema)) keysIn(value, keys);
  }
  return keys;
}

/** As a word: `at` is not in `status`. */
const without = (text: string, words: Iterable<string>): readonly string[] =>
  [...words].filter((word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text));

test('docs/scenarios.md names every key of a scenario', () => {
  const schema = json('scenario.schema.json') as { properties: { istiod: { properties: { env: object } } } };
  const { env } = schema.properties.istiod.properties;
  const variables = keysIn(env);
  const keys = [...keysIn(schema)].filter((key) => !variables.has(key));
  expect(keys.length).toBeGreaterThan(70);
  expect(without(textOf('docs/scenarios.md'), keys)).toEqual([]);
});

test('docs/scenarios.md names every variable of istiod that has an effect', () => {
  const schema = json('scenario.schema.json') as {
    properties: { istiod: { properties: { env: { properties: Record<string, { description: string }> } } } };
  };
  const { properties } = schema.properties.istiod.properties.env;
  const modelled = Object.keys(properties).filter((name) => !properties[name]!.description.includes('not modelled'));
  expect(modelled.length).toBeGreaterThan(5);
  expect(without(textOf('docs/scenarios.md'), modelled)).toEqual([]);
});

test('docs/scenarios.md names every kind that events write', () => {
  const kinds = /"enum":\s*\[\s*"Service",([^\]]*)\]/.exec(
    readFileSync(join(ROOT, 'scenario.schema.json'), 'utf8'),
  )?.[1];
  const names = [...(kinds ?? '').matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(without(textOf('docs/scenarios.md'), names)).toEqual([]);
});

test('docs/model.md tells every limit in the words of its warning, and by kind the fields that meet it', () => {
  const model = textOf('docs/model.md');
  const rows = (head: string) =>
    (model.split(`${head}\n| --- | --- |\n`)[1] ?? '').split('\n\n', 1)[0]!.trim().split('\n');
  const limits = Object.entries(LIMITS).map(([name, text]) => `| \`${name}\` | ${text} |`);
  expect(rows('| limit | what is not modelled |')).toEqual(limits);
  const kinds = Object.entries(FIELD_LIMITS).map(([kind, fields]) => {
    const names = [...new Set(Object.values(fields))];
    const pathsOf = (limit: string) => Object.keys(fields).filter((path) => fields[path] === limit);
    const cells = names.map(
      (limit) =>
        `${pathsOf(limit)
          .map((path) => `\`${path}\``)
          .join(', ')}: ${limit}`,
    );
    return `| ${kind} | ${cells.join('; ')} |`;
  });
  expect(rows('| kind | fields, and the limit of each |')).toEqual(kinds);
});

test('docs/commands.md names every key of results', () => {
  const keys = [...keysIn(json('summary.schema.json'))];
  expect(keys.length).toBeGreaterThan(40);
  expect(without(textOf('docs/commands.md'), keys)).toEqual([]);
});

describe('docs/commands.md', () => {
  const help = (...args: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args, '--help'], { encoding: 'utf8' });
  const commands = [
    ...new Set([...help().matchAll(/^ {2}pushsim (\w+)/gm)].map(([, name = '']) => name)),
    'merge',
    'worker',
  ];

  test.each(commands)('names %s and its options', (command) => {
    const page = textOf('docs/commands.md');
    expect(page).toContain(`pushsim ${command}`);
    const options = [...help(command).matchAll(/^ +(--[a-z][-a-z]*)/gm)].map(([, option = '']) => option);
    expect(options.length).toBeGreaterThan(1);
    const missing = options.filter((option) => !page.includes(option));
    expect(missing).toEqual([]);
  });
});
