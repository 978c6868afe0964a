/**
 * The bench of 100,000 proxies at a fiftieth of its size, as `node bench/fleet.mjs 0.02` runs it: all of them are served
 * after a cold start and after a restart, in little memory. How long it takes is for the bench to say.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const BENCH = fileURLToPath(new URL('../../bench/fleet.mjs', import.meta.url));

test('a fiftieth of the fleet of 100,000 is served after a cold start and after a restart', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BENCH, '0.02'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, number>>);
  expect(rows).toMatchObject([
    { name: 'cold-100000', proxies: 2_000, served: 2_000, waiting: 0 },
    { name: 'restart-100000', proxies: 2_000, served: 2_000, waiting: 0 },
  ]);
  // A tenth of what the full one may take; Node itself is most of it.
  for (const { mebibytes } of rows) expect(mebibytes).toBeLessThan(200);
});
