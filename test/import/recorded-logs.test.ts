/** Logs that istiod 1.17.8 and 1.30.3 wrote while recordings were made: their rounds are those of the recordings. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputs, readFiles } from './reading.js';

/** Updates merged into each push, as recorded beside the log. */
const RECORDED: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('inputs/logs/recorded-rounds.json', import.meta.url), 'utf8'),
);

describe.each(Object.keys(RECORDED))('the log of %s', (name) => {
  test('has every round of the recording, with as many updates', async () => {
    const { gathered } = await readFiles(...inputs(join('logs', `${name}.log.gz`)));
    const recorded = RECORDED[name]!;
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
