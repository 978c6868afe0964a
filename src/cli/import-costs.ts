/** An import with metrics of istiod: what they tell of its costs, and how fast its cores are, for the replay. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservedCosts } from '../experiment/calibrate/from-observed.js';
import type { Imported } from '../import/import-cluster.js';

const FILE = 'costs.json';
/** Rounds further apart than this are not of the same time. */
const SAME_TIME = 0.1;
/** No machine is further from the measured one. */
const SPEEDS = { least: 0.1, most: 10 };

/** Undefined when the inputs tell nothing of costs. */
export async function withCosts(imported: Imported, folder: string): Promise<Imported | undefined> {
  const { gathered, events, files, notes } = imported;
  if (events === undefined || gathered.samples.length === 0) return undefined;
  const [{ parseScenario }, { costsFrom }] = await Promise.all([
    import('../scenario/load.js'),
    import('../experiment/calibrate/from-observed.js'),
  ]);
  const path = join(folder, 'cluster.yaml');
  const text = readFileSync(path, 'utf8');
  const parsed = parseScenario(text, { file: path });
  if (!parsed.ok) return undefined;
  const found = costsFrom(gathered, parsed.scenario);
  if (found.costs.length === 0) return undefined;
  const speed = Number((found.speed ?? 0).toPrecision(3));
  const why = unusable(found);
  const { costs, refused } = found;
  replace(join(folder, FILE), `${JSON.stringify({ speed, applied: why === undefined, costs, refused }, null, 2)}\n`);
  const told =
    why === undefined
      ? `costs.speed ${speed} is fitted to the CPU that istiod says it used; ${FILE} has what was observed`
      : `${FILE} has what was observed of costs; no speed is fitted: ${why}`;
  if (why === undefined) replace(path, withSpeed(text, speed));
  return { ...imported, files: [...files, FILE], notes: [...notes, told] };
}

/** Why the speed is none to replay with. */
function unusable({ speed, rounds }: ObservedCosts): string | undefined {
  if (speed === undefined || rounds === undefined)
    return 'it takes two scrapes with process_cpu_seconds_total, before and after';
  const { predicted, observed } = rounds;
  if (Math.abs(predicted - observed) > SAME_TIME * Math.max(predicted, observed))
    return `the scrapes count ${observed} rounds and the replay has ${predicted}, so they are not of the same time`;
  if (speed < SPEEDS.least || speed > SPEEDS.most) return `${speed.toPrecision(3)} is not plausible`;
  return undefined;
}

/** Beside the other costs, which are on one line. */
function withSpeed(text: string, speed: number): string {
  return text.replace(
    /^costs: \{ (.*) \}$/m,
    (_, others: string) =>
      `costs: { speed: ${speed}, ${others} }  # the speed is fitted to the CPU that istiod used: ${FILE}`,
  );
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
