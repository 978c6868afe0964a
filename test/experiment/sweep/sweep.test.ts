/** However a sweep is done, its files are the same to the last byte. */
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { itemText } from '../../../src/experiment/sweep/outcome-file.js';
import { runTask } from '../../../src/experiment/work/task.js';
import { readDesignCsv } from '../../../src/report/files/sweep-csv.js';
import { folder, pushsim } from '../../cli/run-program.js';
import { read, SWEEP, specOf, study } from '../studies.js';
import { itemsIn, start, until } from '../work/processes.js';

const FILES = ['runs.csv', 'summary.csv', 'summary.json', 'design.csv', 'report.html', 'sweep.json'];
const ITEMS = 24;

const place = study(SWEEP, { 'longer.yaml': `${SWEEP}set: ["run.duration=20s"]\n` });
const sweepFile = join(place, 'sweep.yaml');
/** Long enough to be killed on the way. */
const longer = join(place, 'longer.yaml');
const reference = join(place, 'reference');

function expectSame(out: string): void {
  for (const name of FILES) expect(read(out, name), name).toBe(read(reference, name));
}

async function sweep(out: string, ...args: string[]) {
  return pushsim('sweep', sweepFile, '--out', out, '--quiet', ...args);
}

beforeAll(async () => {
  const { code, err } = await sweep(reference, '--workers', '1');
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

describe('the same bytes', () => {
  test.each(['2', '4'])('from %s workers as from one', async (workers) => {
    const out = folder();
    await sweep(out, '--workers', workers);
    expectSame(out);
  });

  test('from three shards, merged, as from one machine', async () => {
    const parts = ['1/3', '2/3', '3/3'].map((shard) => ({ shard, out: folder() }));
    for (const { shard, out } of parts) {
      await sweep(out, '--shard', shard);
      expect(itemsIn(out)).toBe(ITEMS / 3);
      expect(readdirSync(out)).not.toContain('runs.csv');
    }
    const whole = folder();
    const { code } = await pushsim('merge', ...parts.map(({ out }) => out), '--out', whole, '--quiet');
    expect(code).toBe(0);
    expectSame(whole);
  });

  test('from a sweep that was killed three times and resumed', async () => {
    const out = folder();
    let last = -1;
    for (const enough of [2, 8, 14]) {
      const running = start(['sweep', longer, '--out', out, '--quiet', '--workers', '2']);
      await until(() => itemsIn(out) >= enough, running);
      running.child.kill('SIGKILL');
      expect((await running.ended).signal).toBe('SIGKILL');
      expect(itemsIn(out)).toBeGreaterThan(last);
      expect(itemsIn(out)).toBeLessThan(ITEMS);
      last = itemsIn(out);
    }
    const whole = folder();
    for (const one of [out, whole]) await pushsim('sweep', longer, '--out', one, '--quiet');
    for (const name of FILES) expect(read(out, name), name).toBe(read(whole, name));
  });

  test('when more replications are added later as when they were asked for at once', async () => {
    const out = folder();
    await sweep(out, '--replications', '2');
    const two = read(out, 'runs.csv').split('\n');
    expect(two).toHaveLength(2 + ITEMS / 2);
    await sweep(out, '--replications', '4');
    expectSame(out);
    const four = new Set(read(out, 'runs.csv').split('\n'));
    expect(two.filter((row) => !four.has(row))).toEqual([]);
  });

  test('from a design that was written and read back', async () => {
    const csv = read(reference, 'design.csv');
    const other = study(`description: again\nscenario: churn.yaml\ndesign: { file: d.csv }\nreplications: 4\n`, {
      'd.csv': csv,
    });
    await pushsim('sweep', join(other, 'sweep.yaml'), '--out', join(other, 'out'), '--quiet');
    expect(read(other, 'out', 'runs.csv')).toBe(read(reference, 'runs.csv'));
  });
});

describe('a row of the results', () => {
  test('is the simulation of that point and that replication', async () => {
    const spec = await specOf(SWEEP);
    const { rows } = (await readDesignCsv(read(reference, 'runs.csv'))) as { rows: readonly (readonly string[])[] };
    for (const [point = '', replication = '', after, debounced, ...rest] of rows.filter((_, i) => i % 5 === 0)) {
      const sets = [`istiod.env.PILOT_DEBOUNCE_AFTER=${after}`, `istiod.env.PILOT_ENABLE_EDS_DEBOUNCE=${debounced}`];
      const outcome = runTask({ source: { ...spec.base, sets }, replication: Number(replication) });
      expect([point, replication, rest.at(-1)]).toEqual([point, replication, outcome.fingerprint]);
      expect(Number(rest[0])).toBe(outcome.measures[spec.measures[0]!]);
    }
  });
});

describe('a stopped sweep', () => {
  test('says on Ctrl-C how to go on, and leaves only whole files', async () => {
    const out = folder();
    const running = start(['sweep', longer, '--out', out, '--workers', '1']);
    await until(() => itemsIn(out) >= 2, running);
    running.child.kill('SIGINT');
    const { code, err } = await running.ended;
    expect(code).toBe(130);
    expect(err).toMatch(/stopped with \d+ of 24 simulations done; the same command goes on from there/);
    const files = readdirSync(join(out, 'items', '0'));
    expect(files.filter((name) => !/^\d+\.json$/.test(name))).toEqual([]);
    for (const name of files) JSON.parse(read(out, 'items', '0', name));
  });

  test('does an item again whose file a dead disk left empty', async () => {
    const out = folder();
    cpSync(reference, out, { recursive: true });
    writeFileSync(join(out, 'items', '0', '7.json'), '');
    rmSync(join(out, 'runs.csv'));
    await sweep(out);
    expectSame(out);
  });

  test('does not go on in a folder of another sweep', async () => {
    const { code, err } = await pushsim('sweep', sweepFile, '--out', reference, '--set', 'run.duration=3s');
    expect(code).toBe(2);
    expect(err).toContain('holds results of another sweep');
  });
});

describe('merge', () => {
  test('names what is missing, and keeps what is there', async () => {
    const [part, whole] = [folder(), folder()];
    await sweep(part, '--shard', '2/3');
    const { code, err } = await pushsim('merge', part, '--out', whole);
    expect(code).toBe(2);
    expect(err).toContain('16 work items are missing (0, 2, 3, 5, 6, 8, 9, 11, 12, 14, …)');
    await sweep(whole);
    expectSame(whole);
  });

  test('refuses two different results of one item', async () => {
    const out = folder();
    cpSync(reference, out, { recursive: true });
    const path = join(out, 'items', '0', '3.json');
    const { sweep, measures } = JSON.parse(read(path));
    writeFileSync(path, itemText(sweep, 3, { measures, fingerprint: '00000000' }));
    const { code, err } = await pushsim('merge', reference, out, '--out', folder());
    expect(code).toBe(2);
    expect(err).toContain('hold different results for work item 3');
  });

  test('refuses a folder without a sweep', async () => {
    expect((await pushsim('merge', folder(), '--quiet')).err).toContain('holds no sweep');
  });
});

describe('one index of an array job', () => {
  const command = (out: string, ...args: string[]) => ['sweep', sweepFile, '--out', out, '--quiet', ...args];

  test('is one work item', async () => {
    const out = folder();
    await pushsim(...command(out, '--index', '5'));
    expect(readdirSync(join(out, 'items', '0'))).toEqual(['5.json']);
    expect(read(out, 'items', '0', '5.json')).toBe(read(reference, 'items', '0', '5.json'));
  });

  test('reads its own point and no other: of very many, each would take as long', async () => {
    const bad = study(SWEEP.replace('800ms', 'nonsense'));
    const out = folder();
    const done = await pushsim('sweep', join(bad, 'sweep.yaml'), '--out', out, '--index', '0');
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining('1 of 24 simulations done') });
    expect(await pushsim('sweep', join(bad, 'sweep.yaml'), '--out', out, '--index', '4')).toMatchObject({ code: 2 });
    expect(await pushsim('sweep', join(bad, 'sweep.yaml'), '--out', out)).toMatchObject({ code: 2 });
  });

  test('with --of is one of that many parts; the last to finish writes the tables', async () => {
    const out = folder();
    for (const index of ['1', '0']) await pushsim(...command(out, '--index', index, '--of', '2'));
    expectSame(out);
  });

  test.each([
    [['--index', '24'], 'the sweep has the work items 0 to 23'],
    [['--index', '3', '--of', '3'], '--index counts from 0'],
    [['--shard', '4/3'], '--shard needs a part of a whole'],
    [['--shard', '1/3', '--index', '1'], 'not both'],
    [['--of', '3'], '--of needs --index'],
    [['--shard', '1/3', '--until-precision', '5%'], 'a precision needs all results in one place'],
    [['--workers', '0'], '--workers needs a whole number'],
    [['--replications', '1.5'], '--replications needs a whole number'],
    [['--until-precision', '5'], 'needs a percentage'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await pushsim(...command(folder(), ...args));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
