/**
 * Damaged inputs of every sample, very many: no crash, no hang, no message without its place.
 * By hand: npx tsx bench/campaign/import.ts [runs of each sample = 100000] [name of a sample]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { damaged, readDamaged } from '../../test/import/damage.js';

const folder = fileURLToPath(new URL('../../test/import/inputs', import.meta.url));
const runs = Number(process.argv[2] ?? 100_000);
const only = process.argv[3];
let failures = 0;
for (const name of readdirSync(folder)) {
  if (name === 'bundle' || (only !== undefined && !name.includes(only))) continue;
  const bytes = readFileSync(join(folder, name));
  let slowest = 0;
  let bad = 0;
  for (let seed = 0; seed < runs; seed++) {
    const before = performance.now();
    try {
      const { badRecords } = readDamaged(damaged(bytes, seed));
      bad += badRecords.length;
      for (const { line, what } of badRecords)
        if (!Number.isInteger(line) || line < 0 || what === '') throw new Error(`not located: ${line} ${what}`);
    } catch (error) {
      failures += 1;
      process.stdout.write(`${name} seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (failures > 20) process.exit(1);
    }
    slowest = Math.max(slowest, performance.now() - before);
  }
  process.stdout.write(`${name}: ${runs} runs, ${bad} bad records, slowest ${slowest.toFixed(1)} ms\n`);
}
process.exit(failures > 0 ? 1 : 0);
