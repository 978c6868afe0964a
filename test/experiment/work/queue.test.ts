/** A sweep over a real Redis, with a worker that dies. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { threadRunner } from '../../../src/experiment/work/runner.js';
import { runTask } from '../../../src/experiment/work/task.js';
import { folder, pushsim } from '../../cli/run-program.js';
import { read, SWEEP, study } from '../studies.js';
import { itemsIn, start, until } from './processes.js';
import { REDIS_SERVER, type Redis, startRedis } from './redis.js';

const place = study(`${SWEEP}set: ["run.duration=20s"]\n`);
const sweep = join(place, 'sweep.yaml');
const FILES = ['runs.csv', 'summary.csv', 'summary.json', 'report.html', 'sweep.json'];

describe.skipIf(REDIS_SERVER === undefined)('a sweep over Redis', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis(REDIS_SERVER!);
  });
  afterAll(() => redis.stop());

  test('with two workers, one killed half-way, does every item once and gives the same bytes', async () => {
    const [alone, out] = [folder(), folder()];
    const workers = [1, 2].map(() => start(['worker', '--queue', redis.url]));
    const submitter = start(['sweep', sweep, '--out', out, '--queue', redis.url, '--quiet']);
    await until(() => itemsIn(out) >= 8, submitter);
    workers[0]?.child.kill('SIGKILL');
    expect((await workers[0]?.ended)?.signal).toBe('SIGKILL');
    expect(await submitter.ended).toMatchObject({ code: 0, err: '' });
    workers[1]?.child.kill('SIGTERM');
    const { code, err } = (await workers[1]?.ended) ?? { code: -1, err: '' };
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/\d+ simulations done/) });

    const rows = read(out, 'runs.csv').trim().split('\n').slice(1);
    const keys = rows.map((row) => row.split(',').slice(0, 2).join(','));
    expect([...new Set(keys)]).toHaveLength(24);
    expect(keys).toHaveLength(24);
    await pushsim('sweep', sweep, '--out', alone, '--quiet');
    for (const name of FILES) expect(read(out, name), name).toBe(read(alone, name));
  });

  test('a submitter that was killed goes on, and takes what was finished meanwhile', async () => {
    const out = folder();
    const worker = start(['worker', '--queue', redis.url]);
    const args = ['sweep', sweep, '--out', out, '--queue', redis.url, '--quiet', '--seed', 'another'];
    const first = start(args);
    await until(() => itemsIn(out) >= 3, first);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start(args);
    expect(await second.ended).toMatchObject({ code: 0, err: '' });
    expect(itemsIn(out)).toBe(24);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });
});

describe('a queue that is none', () => {
  test.each([
    ['http://example.org', 'should look like redis://HOST:PORT'],
    ['redis://127.0.0.1:99999', 'should look like redis://HOST:PORT'],
    ['redis://[', 'should look like redis://HOST:PORT'],
    ['redis://user:secret@127.0.0.1:1', 'redis://…@127.0.0.1:1 does not answer: connect ECONNREFUSED'],
  ])('%s is a mistake of the user, of a sweep and of a worker', async (url, message) => {
    const { code, err } = await pushsim('sweep', sweep, '--out', folder(), '--queue', url, '--quiet');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    expect(await pushsim('worker', '--queue', url)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  test('a worker gives a simulation a time, which is a duration', async () => {
    for (const limit of ['0s', '5', '9000h'])
      expect(await pushsim('worker', '--queue', 'redis://127.0.0.1:1', '--time-limit', limit)).toMatchObject({
        code: 2,
        err: expect.stringContaining('--time-limit needs a duration'),
      });
  });
});

describe('a task from a queue', () => {
  test('reads no file of the machine it is simulated on, timelines neither', () => {
    const text = (more: string) => `{ description: a, ${more} }`;
    for (const more of ['mesh: { resources: [{ file: /etc/hostname }] }', 'timeline: /etc/hostname'])
      expect(() =>
        runTask({ source: { text: text(more), file: 'a.yaml', sets: [], foreign: true }, replication: 0 }),
      ).toThrow(/it did not come with the task|does not go through a queue/);
  });

  test('that takes longer than its worker lets it is ended', async () => {
    const runner = await threadRunner(1, 300);
    const text = `{ description: a, mesh: { generate: [{ namespace: shop, services: 100, endpoints: 10, proxies: 1 per endpoint }] },
      events: [{ poisson: 100/s, endpoints: { services: any, ready: +1/-1 } }], run: { duration: 1h } }`;
    await expect(runner.run([{ source: { text, file: 'a.yaml', sets: [] }, replication: 0 }])).rejects.toThrow(
      '--time-limit',
    );
    await runner.close();
  });
});
