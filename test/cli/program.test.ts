import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { file, pushsim, SMALL } from './run-program.js';

describe('asked nothing', () => {
  test('it teaches: what there is, three things to try, what to read', async () => {
    const { code, out } = await pushsim();
    expect(code).toBe(0);
    expect(out.match(/^ {2}pushsim run scenarios\/\S+/gm)).toHaveLength(3);
    expect(out).toContain('Read next:');
    expect((await pushsim('--help')).out).toBe(out);
  });

  test('help loads nothing but itself', () => {
    // What the entry imports statically, it pays for at every start.
    for (const name of ['main', 'program', 'guide', 'common']) {
      const source = readFileSync(new URL(`../../src/cli/${name}.ts`, import.meta.url), 'utf8');
      const imports = [...source.matchAll(/^import (?!type )[^;]*from '([^']+)'/gm)].map(([, from]) => from);
      for (const from of imports)
        expect(from, name).toMatch(/^(node:|\.\/(program|guide|common)\.js$|.*\/printable\.js$)/);
    }
  });

  test('it knows its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await pushsim('--version')).out).toBe(`pushsim ${version}\n`);
  });
});

describe('asked wrongly', () => {
  test.each([
    [['rnu', 'a.yaml'], 'there is no command rnu (did you mean run?)'],
    [['frobnicate'], 'there is no command frobnicate (commands: run,'],
    [['run'], 'not enough non-option arguments'],
    [['run', 'a.yaml', '--sede', '1'], 'unknown argument: sede (did you mean --seed?)'],
    [['run', 'a.yaml', '--seed'], 'not enough arguments following: seed'],
    [['run', 'a.yaml', '--write', 'metrics.csv'], 'add --out DIR'],
    [['run', 'a.yaml', '--out', 'x', '--write', 'metric.csv'], 'did you mean metrics.csv?'],
    [['run', '/nonexistent/a.yaml'], 'cannot be read: no such file or directory'],
    [['run', '/'], 'is a folder'],
    [['run', '/dev/zero'], 'is not a regular file'],
    [['validate', '/nonexistent/a.yaml'], 'cannot be read: no such file or directory'],
  ])('%j exits with 2 and says: %s', async (args, text) => {
    const { code, out, err } = await pushsim(...args);
    expect(err).toContain(text);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a stack trace is for bugs only', async () => {
    const { err } = await pushsim('run', file('description: [x'));
    expect(err).not.toMatch(/\bat .*\.[jt]s:\d+/);
  });
});

test.each(['run', 'validate', 'schema'])('%s --help has examples', async (command) => {
  const { code, out } = await pushsim(command, '--help');
  expect(code).toBe(0);
  expect(out).toContain('Examples:');
  expect(out).toContain(`pushsim ${command}`);
});

describe('validate', () => {
  test('says ok for each good file', async () => {
    const path = file(SMALL);
    expect(await pushsim('validate', path, path)).toMatchObject({ code: 0, err: '' });
  });

  test('reports all problems of all files and still checks the others', async () => {
    const { code, out, err } = await pushsim(
      'validate',
      file('x: 1'),
      file(SMALL),
      file('description: y\nrun: { duration: 1 }'),
    );
    expect(code).toBe(2);
    expect(err).toContain('2 problems');
    expect(err).toContain('run.duration: expected a duration with a unit');
    expect(out).toBe('small.yaml: ok\n  1 service with 3 endpoints in 2 namespaces; 3 sidecars\n');
  });

  test('prints the file with its defaults, which is a scenario again', async () => {
    const { code, out } = await pushsim('validate', file(SMALL), '--resolved', '--set', 'run.duration=5s');
    expect(code).toBe(0);
    expect(out).toContain('duration: 5s');
    expect(await pushsim('validate', file(out))).toMatchObject({ code: 0 });
  });

  test('prints warnings apart', async () => {
    const { code, err } = await pushsim(
      'validate',
      file(`${SMALL}istiod: { env: { PILOT_ENABLE_XDS_CACHE: "false" } }`),
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: .*PILOT_ENABLE_XDS_CACHE is real/);
  });
});

test('schema prints JSON Schema', async () => {
  const { code, out } = await pushsim('schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'object', title: 'pushsim scenario' });
});
