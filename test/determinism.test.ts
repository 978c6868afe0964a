import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { simulate } from '../src/fleet/run.js';
import { runScenario, scenario } from './support/scenario.js';

const execute = promisify(execFile);
const PROGRAM = new URL('./support/print-result.ts', import.meta.url).pathname;

/** What a process that knows nothing of this one says about the scenario. */
async function elsewhere(name: string, seed: string): Promise<string> {
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', PROGRAM, name, seed]);
  return stdout;
}

// Random event times and targets, Go's run queue, the order of connections, late timers.
const RANDOM = 'endpoint-burst';

describe('a scenario with randomness', () => {
  test('gives the same bytes in two processes, and in this one; another seed gives others', async () => {
    const [once, again, other] = await Promise.all([
      elsewhere(RANDOM, 'dice'),
      elsewhere(RANDOM, 'dice'),
      elsewhere(RANDOM, 'other dice'),
    ]);
    expect(once.length).toBeGreaterThan(500);
    expect(again).toBe(once);
    expect(JSON.stringify(runScenario(RANDOM, 'run.seed=dice'))).toBe(once);
    expect(other).not.toBe(once);
    expect(JSON.parse(other).fingerprint).not.toBe(JSON.parse(once).fingerprint);
  });

  test('gives the same however often it ran before in one process', () => {
    const results = Array.from({ length: 3 }, () => JSON.stringify(runScenario(RANDOM)));
    expect(new Set(results).size).toBe(1);
  });

  test('differs from replication to replication, and each replication is always the same', () => {
    const parsed = scenario(RANDOM);
    const fingerprints = [0, 1, 2, 0, 1, 2].map((replication) => simulate(parsed, { replication }).fingerprint);
    expect(new Set(fingerprints).size).toBe(3);
    expect(fingerprints.slice(3)).toEqual(fingerprints.slice(0, 3));
  });

  test('is not changed by being watched', () => {
    const parsed = scenario(RANDOM);
    const plain = simulate(parsed);
    const watched = simulate(parsed, { trace: true, onProgress: () => {}, onRecording: () => {}, follows: () => true });
    expect(JSON.stringify(watched)).toBe(JSON.stringify(plain));
  });
});
