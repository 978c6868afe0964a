/** Logs that istiod 1.17.8 and 1.30.3 wrote while recordings were made: their rounds are those of the recordings. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verifyAgainst } from '../../src/experiment/verify/against.js';
import { isWithin } from '../../src/experiment/verify/against-row.js';
import type { LoggedRound } from '../../src/import/formats/istiod-log.js';
import { type Recording, readRecording } from '../../src/import/recording.js';
import { inputs, readFiles } from './reading.js';
import { recordedScenario } from './recorded-scenario.js';

const RECORDINGS = fileURLToPath(new URL('inputs/recordings', import.meta.url));
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

  test('is what its own scenario predicts, when one is verified against the other', async () => {
    const { gathered } = await readFiles(...inputs(join('logs', `${name}.log.gz`)));
    const recording = readRecording(RECORDINGS, name);
    const scenario = recordedScenario(recording, startOf(recording, gathered.logs[0]!.rounds));
    const { rows } = verifyAgainst(scenario, gathered, { eventsWokenBy: 'timer' });
    // With its core at its limit, who is served first decides what the next round merges. The recorder's own load, which
    // a scenario does not have, took part in that: two rounds may be missing.
    const isSaturated = name.includes('churn');
    for (const row of rows)
      if (!(isSaturated && row.what.endsWith('rounds') && Math.abs(row.predicted - row.observed) <= 2))
        expect(isWithin(row), JSON.stringify(row)).toBe(true);
    const counted = new Set(['rounds', 'full rounds', 'updates merged']);
    for (const { what, predicted, observed } of rows)
      if (counted.has(what) && !isSaturated) expect(predicted, what).toBe(observed);
  });
});

/** The clock time of the recording's time 0: its rounds are the last of the log. */
function startOf({ rows }: Recording, logged: readonly LoggedRound[]): string {
  const recorded = rows.filter(({ event }) => event === 'push_start').at(-1)!;
  return new Date((logged.at(-1)!.at - recorded.at_us) / 1000).toISOString();
}
