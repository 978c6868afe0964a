import { describe, expect, test } from 'vitest';
import { workProgress } from '../../src/cli/work.js';

/** What is written when `done` of 100 simulations are done at each of `times` (milliseconds). */
function watched(isTTY: boolean, quiet: boolean, ...times: readonly (readonly [time: number, done: number])[]): string {
  let text = '';
  let now = 0;
  const write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  const progress = workProgress('sweep', quiet, { isTTY, write }, () => now);
  for (const [time, done] of times) {
    now = time;
    progress.report(done, 100);
  }
  progress.done();
  return text;
}

describe('the time left', () => {
  test('follows from what is done', () => {
    expect(watched(false, false, [10_000, 10], [20_000, 15], [60_000, 50])).toBe(
      'sweep: 10 of 100 simulations, 90 s left\nsweep: 50 of 100 simulations, 60 s left\n',
    );
  });

  test('overwrites itself on a terminal and is gone in the end', () => {
    const erase = '\u001b[2K';
    expect(watched(true, false, [2_000, 20])).toBe(`\r${erase}sweep: 20 of 100 simulations, 8 s left \r${erase}`);
  });

  test('is not mentioned when it is soon over, or when nobody wants to know', () => {
    expect(watched(true, false, [1_000, 90])).toBe('');
    expect(watched(true, true, [10_000, 10])).toBe('');
  });
});
