import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SummarySchema } from '../../src/report/files/summary-schema.js';
import { file, folder, pushsim, SMALL } from './run-program.js';

describe('run', () => {
  test('prints the report and nothing else', async () => {
    const { code, out, err } = await pushsim('run', file(SMALL));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^small\nA small mesh with one change\n/);
    expect(out).toContain('push count ');
  });

  test('--json prints the same bytes every time, wherever the file is', async () => {
    const [one, other] = [await pushsim('run', file(SMALL), '--json'), await pushsim('run', file(SMALL), '--json')];
    expect(one.out).toBe(other.out);
    expect(JSON.parse(one.out)).toMatchObject({
      provenance: { scenario: 'small', file: 'small.yaml', seed: 'tests', command: 'pushsim run small.yaml' },
      metrics: { pilot_xds_pushes: { total: expect.any(Number) } },
      fingerprint: expect.any(String),
    });
  });

  test('--write may be given more than once; an option with one answer may not', async () => {
    const out = folder();
    const { code } = await pushsim('run', file(SMALL), '--out', out, '--write', 'junit', '--write', 'markdown');
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['junit.xml', 'summary.md']);
    const { code: refused, err } = await pushsim('run', file(SMALL), '--out', out, '--out', folder());
    expect({ refused, err }).toEqual({ refused: 2, err: 'pushsim: --out is given more than once\n' });
  });

  test('--json of several scenarios is one array', async () => {
    const { out } = await pushsim('run', file(SMALL, 'a.yaml'), file(SMALL, 'b.yaml'), '--json');
    expect(JSON.parse(out).map((one: { provenance: { scenario: string } }) => one.provenance.scenario)).toEqual([
      'a',
      'b',
    ]);
  });

  test('--set and --seed show in the provenance and in the hash', async () => {
    const path = file(SMALL);
    const of = async (...args: string[]) => JSON.parse((await pushsim('run', path, '--json', ...args)).out).provenance;
    const plain = await of();
    const changed = await of('--set', 'istiod.env.PILOT_DEBOUNCE_AFTER=1s', '--seed', "o'1");
    expect(changed).toMatchObject({
      seed: "o'1",
      command: "pushsim run small.yaml --set istiod.env.PILOT_DEBOUNCE_AFTER=1s --seed 'o'\\''1'",
    });
    expect(changed.hash).not.toBe(plain.hash);
    expect(plain.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the hash is of the meaning, not of the writing', async () => {
    const hash = async (text: string) => JSON.parse((await pushsim('run', file(text), '--json')).out).provenance.hash;
    expect(await hash(SMALL)).toBe(await hash(`# a comment\n${SMALL.replace('10s', '10000ms')}`));
  });

  test('a problem in one scenario keeps all from being run', async () => {
    const { code, out, err } = await pushsim('run', file(SMALL), file('description: x\nrun: { duration: 1 }'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('1 problem');
  });
});

describe('thresholds', () => {
  const withThresholds = (...texts: string[]) => file(`${SMALL}thresholds: ${JSON.stringify(texts)}\n`);

  test('that hold are ticked, and the exit code is 0', async () => {
    const { code, out } = await pushsim('run', withThresholds('staleness.p99 < 1h', 'pilot_xds_pushes.total >= 1'));
    expect(code).toBe(0);
    expect(out.match(/^ {2}✓ /gm)).toHaveLength(2);
  });

  test('that fail are crossed, and the exit code is 3', async () => {
    const { code, out } = await pushsim('run', withThresholds('staleness.p99 < 1ns', 'pilot_xds_pushes.total >= 1'));
    expect(code).toBe(3);
    expect(out).toMatch(/^ {2}✗ staleness\.p99 < 1ns/m);
  });

  test('that fail are told on stderr when stdout is JSON', async () => {
    const { code, out, err } = await pushsim('run', withThresholds('staleness.p99 < 1ns'), '--json');
    expect(code).toBe(3);
    expect(err).toMatch(/^✗ staleness/);
    expect(() => JSON.parse(out)).not.toThrow();
  });

  test('that fail are all that --quiet shows besides the verdict', async () => {
    const { out, err } = await pushsim('run', withThresholds('staleness.p99 < 1ns', 'staleness.p99 < 1h'), '--quiet');
    expect(err).toBe('');
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^small: push count /),
      expect.stringMatching(/^✗ staleness/),
    ]);
  });
});

describe('thresholds of several replications', () => {
  const RANDOM = SMALL.replace(/events: .*/, 'events: [{ poisson: 3/s, endpoints: { services: any, ready: +1/-1 } }]');
  const METRIC = 'pilot_inbound_updates.total';
  const options = ['--replications', '4', '--workers', '1'];
  const withLimit = (limit: number) => file(`${RANDOM}thresholds: ["${METRIC} > ${limit}"]\n`);

  test('judge the mean, and not the first replication', async () => {
    const { out } = await pushsim('run', file(RANDOM), '--json', ...options);
    const { metrics, replications } = JSON.parse(out);
    const [first, { mean }] = [metrics.pilot_inbound_updates.total, replications.measures[METRIC]];
    expect(SummarySchema.safeParse(JSON.parse(out)).error).toBeUndefined();
    expect(Math.abs(first - mean)).toBeGreaterThan(1);
    const between = withLimit((first + mean) / 2);
    const [alone, together] = [await pushsim('run', between), await pushsim('run', between, ...options)];
    expect([alone.code, together.code]).toEqual(first > mean ? [0, 3] : [3, 0]);
    expect(together.out).toMatch(first > mean ? /✗ pilot_inbound/ : /✓ pilot_inbound/);
    expect(together.out).toMatch(/updates\.total > [\d.]+ +[\d.,]+ ± [\d.,]+, mean of 4/);
  });

  test('do so in files for CI as well', async () => {
    const out = folder();
    const run = await pushsim(
      'run',
      withLimit(1e6),
      '--quiet',
      '--out',
      out,
      '--write',
      'junit,markdown,html',
      ...options,
    );
    expect(run.code).toBe(3);
    expect(run.out).toMatch(/^small: push count .*\n✗ pilot_inbound/);
    for (const name of ['junit.xml', 'summary.md', 'report.html'])
      expect(readFileSync(join(out, name), 'utf8'), name).toContain(', mean of 4');
  });

  test('are as many as the file says, when the command line does not', async () => {
    const text = RANDOM.replace('run: {', 'run: { replications: 3,');
    expect(text).not.toBe(RANDOM);
    const { code, out } = await pushsim('run', file(`${text}thresholds: ["${METRIC} > 1"]\n`), '--workers', '1');
    expect(code).toBe(0);
    expect(out).toContain(', mean of 3');
  });
});

describe('files', () => {
  test('are all written with --out, and hold what --json prints', async () => {
    const out = join(folder(), 'new', 'deeper');
    const run = await pushsim('run', file(SMALL), '--json', '--out', out);
    expect(readdirSync(out).sort()).toEqual(['metrics.csv', 'summary.json', 'timeline.csv']);
    expect(readFileSync(join(out, 'summary.json'), 'utf8')).toBe(run.out);
    expect(readFileSync(join(out, 'timeline.csv'), 'utf8')).toMatch(/^scenario,seed,round,/);
  });

  test('are only those that --write names', async () => {
    const out = folder();
    await pushsim('run', file(SMALL), '--quiet', '--out', out, '--write', 'timeline.csv,summary.json');
    expect(readdirSync(out).sort()).toEqual(['summary.json', 'timeline.csv']);
  });

  test('that cannot be written are a user error and leave nothing behind', async () => {
    const place = folder();
    writeFileSync(join(place, 'taken'), '');
    const { code, err } = await pushsim('run', file(SMALL), '--quiet', '--out', join(place, 'taken'));
    expect(code).toBe(2);
    expect(err).toContain('cannot be written: ');
    expect(readdirSync(place)).toEqual(['taken']);
  });

  test('whose place is taken by a folder leave no half file beside it', async () => {
    const out = folder();
    mkdirSync(join(out, 'summary.json'));
    expect(await pushsim('run', file(SMALL), '--quiet', '--out', out, '--write', 'summary.json')).toMatchObject({
      code: 2,
    });
    expect(readdirSync(out)).toEqual(['summary.json']);
  });
});
