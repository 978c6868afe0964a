/** A sweep over a real Redis, with a worker that dies. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    ['redis://127.0.0.1:1', 'does not answer'],
  ])('%s is a mistake of the user', async (url, message) => {
    const { code, err } = await pushsim('sweep', sweep, '--out', folder(), '--queue', url, '--quiet');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
