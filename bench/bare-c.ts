/** Compiles `bare-loop.c` and runs it on the draws of the race and of the hold test, where there is a C compiler. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawHold, drawRace } from './draws.js';
import type { Answer } from './merge-queue.js';

const RUNS = 7;

export interface BareC {
  readonly milliseconds: number;
  readonly answer: Answer;
  /** Hold test: events a second for each of the pending counts. */
  readonly perSecond: readonly number[];
}

/** What C needs, or why there is nothing to tell. */
export function runBareC(arrivals: number, pending: readonly number[]): BareC | string {
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-bench-'));
  try {
    const program = join(folder, 'bare-loop');
    const source = fileURLToPath(new URL('bare-loop.c', import.meta.url));
    const compiled = spawnSync('gcc', ['-O2', '-o', program, source], { encoding: 'utf8' });
    if (compiled.error !== undefined) return 'bare C: not run, there is no gcc here';
    if (compiled.status !== 0) return `bare C: not run, gcc says ${compiled.stderr}`;
    const { count, gaps, keys, services } = drawRace(arrivals);
    const race = join(folder, 'race');
    writeFileSync(race, '');
    for (const part of [Float64Array.of(count), gaps, keys, services]) {
      writeFileSync(race, Buffer.from(part.buffer), { flag: 'a' });
    }
    const hold = join(folder, 'hold');
    writeFileSync(hold, Buffer.from(drawHold().buffer));
    const [nanoseconds, merged, completed, sojourn] = median(program, race) as [number, number, number, number];
    return {
      milliseconds: nanoseconds / 1e6,
      answer: { merged, completed, sojourn },
      perSecond: pending.map((count) => {
        const [spent, events] = median(program, hold, String(count)) as [number, number];
        return (events / spent) * 1e9;
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The numbers printed by the run whose first number, the time, is the median. */
function median(program: string, ...args: string[]): number[] {
  const runs = Array.from({ length: RUNS }, () =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split(' ').map(Number),
  );
  return runs.sort((one, other) => one[0]! - other[0]!)[(RUNS - 1) / 2]!;
}
