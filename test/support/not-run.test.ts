import { expect, test } from 'vitest';
import { linesOf } from './not-run.js';

const note = (file: string, text: string) => ({ file, text });
const skip = (file: string, name: string) => ({ file, name });

test('a run that left nothing out ends without a word about it', () => {
  expect(linesOf([], [])).toEqual([]);
});

test('each missing program is named once, however many tests wanted it', () => {
  const noted = [note('a.test.ts', 'queries (needs prometheus)'), note('b.test.ts', 'queries (needs prometheus)')];
  const skipped = [skip('a.test.ts', 'a backfilled run > holds'), skip('a.test.ts', 'a backfilled run > agrees')];
  expect(linesOf(noted, skipped)).toEqual(['not run: queries (needs prometheus)']);
});

test('tests that are skipped for no missing program are named one by one', () => {
  const skipped = [skip('a.test.ts', 'in Chromium > draws'), skip('c.test.ts', 'a thing > half done')];
  expect(linesOf([note('a.test.ts', 'the report (needs chromium)')], skipped)).toEqual([
    'not run: the report (needs chromium)',
    'not run: c.test.ts: a thing > half done',
  ]);
});
