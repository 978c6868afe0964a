/** Logs that istiod 1.17.8 and 1.30.3 wrote while recordings were made: their rounds are those of the recordings. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/import/recording.js';
import { inputs, readFiles } from './reading.js';

const RECORDINGS = fileURLToPath(new URL('../recordings', import.meta.url));
const NAMES = [
  'B-s117-N100-T10',
  'B-s117-churn15eeev-DA100',
  'B-s130-N100-T10',
  'B-s130-churn15eeev-DA100',
  'D-s117-base',
  'D-s130-base',
];

describe.each(NAMES)('the log of %s', (name) => {
  test('has every round of the recording, with as many updates', async () => {
    const { gathered } = await readFiles(...inputs(join('logs', `${name}.log.gz`)));
    const { rows } = readRecording(RECORDINGS, name);
    const recorded = rows.filter(({ event }) => event === 'push_start').map(({ n }) => n);
    const logged = gathered.logs[0]!.rounds.map(({ merged }) => merged);
    // The log may have begun before the recording's rows, never the other way round.
    expect(logged.slice(-recorded.length)).toEqual(recorded);
    expect(gathered.badRecords).toEqual([]);
  });

  test('has its messages, of full pushes alone', async () => {
    const { gathered } = await readFiles(...inputs(join('logs', `${name}.log.gz`)));
    const [log] = gathered.logs;
    expect(log!.counts.messages.get('CDS')).toBeGreaterThan(0);
    for (const round of log!.rounds) if (!round.full) expect(round.messages.size, `line ${round.line}`).toBe(0);
  });
});
