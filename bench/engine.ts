/**
 * The engine bench: `npx tsx bench/engine.ts [arrivals]`. Two tables on stdout; see README.md for how to read them.
 * Every figure is the median of several runs in a process of its own. The program fails when two engines that ran the
 * same arrivals disagree in a single bit of the answer.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type BareC, runBareC } from './bare-c.js';
import { bareLoop } from './bare-loop.js';
import { CONTESTANTS, type Outcome } from './contestants.js';
import { drawRace } from './draws.js';
import type { Answer } from './merge-queue.js';

const ARRIVALS = Number(process.argv[2] ?? 2_000_000);
const PENDING = [10, 1_000, 100_000, 1_000_000];

interface Row {
  readonly name: string;
  readonly style: string;
  readonly count: number;
  readonly milliseconds: number;
  readonly answer: Answer;
  readonly pops: number | undefined;
}

/** Runs a file of this folder and reads the JSON line it prints; undefined, and a message, when it fails. */
function child(file: string, ...args: string[]): unknown {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const ran = spawnSync(process.execPath, [...process.execArgv, path, ...args], { encoding: 'utf8' });
  if (ran.status === 0) return JSON.parse(ran.stdout);
  const reason = ran.stderr.split('\n').find((line) => line.includes('Error')) ?? 'it failed';
  console.log(`${args[0]}: not run, ${reason}`);
  return undefined;
}

function table(head: string[], rows: string[][]): string {
  const colAligns = head.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  const result = new Table({ head, colAligns, style: { head: [], border: [] } });
  result.push(...rows);
  return result.toString();
}

const millions = (perSecond: number): string => (perSecond / 1e6).toFixed(perSecond < 1e6 ? 2 : 1);

function holdTable(c: BareC | string): string {
  const rows = ['pushsim', 'tinyqueue', 'flatqueue'].map((name) => {
    const cells = PENDING.map((pending) => {
      const result = child('hold.ts', name, String(pending)) as { perSecond: number } | undefined;
      return result === undefined ? '-' : millions(result.perSecond);
    });
    return [name === 'flatqueue' ? 'flatqueue (not FIFO)' : name, ...cells];
  });
  if (typeof c !== 'string') rows.unshift(['bare C, plain binary heap', ...c.perSecond.map(millions)]);
  return table(['million events/s, pending:', ...PENDING.map((pending) => pending.toLocaleString('en'))], rows);
}

function race(c: BareC | string): Row[] {
  const rows: Row[] = [];
  if (typeof c !== 'string') {
    rows.push({ ...c, name: 'bare C', style: 'one function', count: ARRIVALS, pops: ARRIVALS + c.answer.completed });
  }
  for (const { name, style, fifo } of CONTESTANTS) {
    const result = child('race-child.ts', name, String(ARRIVALS));
    if (result === undefined) continue;
    const measured = result as Outcome & { milliseconds: number; count: number };
    rows.push({ ...measured, name: fifo ? name : `${name} (not FIFO)`, style });
  }
  return rows;
}

/** Throws when an engine's answer differs from that of the bare loop on the same arrivals. */
function compareAnswers(rows: readonly Row[]): void {
  for (const { name, count, answer } of rows) {
    const expected = bareLoop(drawRace(count));
    for (const key of ['merged', 'completed', 'sojourn'] as const) {
      if (answer[key] !== expected[key]) throw new Error(`${name}: ${key} is ${answer[key]}, not ${expected[key]}`);
    }
  }
  const { merged, completed, sojourn } = bareLoop(drawRace(ARRIVALS));
  console.log(`All agree: ${merged} merged, ${completed} completed, mean sojourn ${sojourn / completed / 1e9} s.`);
}

function raceTable(rows: readonly Row[]): string {
  const speed = (row: Row): number => ((row.count + row.answer.completed) / row.milliseconds) * 1000;
  const ours = speed(rows.find((row) => row.name === 'pushsim')!);
  const cells = rows.map((row) => [
    row.name,
    row.style,
    row.count.toLocaleString('en'),
    millions(speed(row)),
    row.pops === undefined ? '?' : millions((row.pops / row.milliseconds) * 1000),
    (speed(row) / ours).toFixed(2),
  ]);
  return table(['engine', 'style', 'arrivals', 'M model events/s', 'M calendar pops/s', 'x pushsim'], cells);
}

const c = runBareC(ARRIVALS, PENDING);
if (typeof c === 'string') console.log(c);
console.log('Hold test');
console.log(holdTable(c));
console.log(`\nRace: M/M/4 with merge, ${ARRIVALS.toLocaleString('en')} arrivals`);
const rows = race(c);
compareAnswers(rows);
console.log(raceTable(rows));
