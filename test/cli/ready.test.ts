import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('npm scripts know their tasks, and refuse others before doing anything', () => {
  const ready = fileURLToPath(new URL('../../.bootstrap/ready.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [ready, 'tset'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('unknown task tset; tasks: start, build, check, test, bench');
});
