/**
 * Damaged inputs of every format, very many, shared out between its samples, in two ways.
 *  - Anywhere, in pieces of any size: no crash, no hang, no message without its place.
 *  - Within one line: all that the other records tell is still told.
 * By hand: npx tsx bench/campaign/import.ts [runs of each = 100000] [part of a name]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTimelineLine } from '../../src/cluster/timeline/timed-event.js';
import { complaint, damaged, RecordDamage, readDamaged } from '../../test/import/damage.js';
import { records } from '../../test/import/records.js';

const folder = fileURLToPath(new URL('../../test/import/inputs', import.meta.url));
const runs = Number(process.argv[2] ?? 100_000);
const only = process.argv[3] ?? '';
let failures = 0;

interface Way {
  readonly format: string;
  readonly sample: string;
  /** Answers how many bad records were told; throws what is wrong. */
  readonly once: (seed: number) => number;
}

function campaign(format: string, ways: readonly Way[]): void {
  let slowest = 0;
  let bad = 0;
  let times = 0;
  const start = performance.now();
  const each = Math.ceil(runs / ways.length);
  for (const { sample, once } of ways) {
    for (let seed = 0; seed < each; seed++) {
      const before = performance.now();
      try {
        bad += once(seed);
      } catch (error) {
        failures += 1;
        process.stdout.write(
          `${sample} seed ${seed}: ${error instanceof Error ? error.stack?.slice(0, 3000) : String(error)}\n`,
        );
        if (failures > 20) process.exit(1);
      }
      slowest = Math.max(slowest, performance.now() - before);
      times += 1;
    }
  }
  const took = ((performance.now() - start) / 1000).toFixed(0);
  process.stdout.write(`${format}: ${times} inputs, ${bad} bad records, slowest ${slowest.toFixed(1)} ms, ${took} s\n`);
}

function anywhere(bytes: Buffer, seed: number): number {
  const back = readDamaged(damaged(bytes, seed), seed % 3 === 0 ? 1 + (seed % 61) : undefined);
  const wrong = complaint(back);
  if (wrong !== '') throw new Error(wrong);
  return back.bad;
}

function withinOne(damage: RecordDamage, seed: number): number {
  const { back, lost, how } = damage.read(seed);
  const wrong = complaint(back);
  if (wrong !== '') throw new Error(wrong);
  if (lost.length > 0) throw new Error(`lost ${lost[0]}: ${how}`);
  return back.bad;
}

function timelineLine(line: Buffer, seed: number): number {
  const read = readTimelineLine(damaged(line, seed).toString('utf8'));
  if (read.is === 'problem' && read.expected === '') throw new Error('nothing is said');
  return read.is === 'problem' ? 1 : 0;
}

/** `audit-eks-tail.txt` → `audit-eks`; the tools' formats have no more than one word before a dash. */
const formatOf = (name: string): string =>
  /^(?:audit-\w+|dump-\w+|kube-burner|pilot-load|proxy-status|\w+)/.exec(name)![0];

const ways: Way[] = readdirSync(folder).flatMap((name) => {
  if (!/\.\w+$/.test(name)) return [];
  const bytes = readFileSync(join(folder, name));
  if (name !== 'events.jsonl') return [{ format: formatOf(name), sample: name, once: (seed) => anywhere(bytes, seed) }];
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  const once = (seed: number) => timelineLine(Buffer.from(lines[seed % lines.length]!), seed);
  return [{ format: 'events', sample: name, once }];
});
for (const sample of records()) {
  const damage = new RecordDamage(sample);
  const { format, name } = sample;
  ways.push({ format: formatOf(format), sample: `one record of ${name}`, once: (seed) => withinOne(damage, seed) });
}
for (const format of new Set(ways.map((way) => way.format)))
  if (format.includes(only))
    campaign(
      format,
      ways.filter((way) => way.format === format),
    );
process.exit(failures > 0 ? 1 : 0);
