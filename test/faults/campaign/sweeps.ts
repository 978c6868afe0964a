/** Sweep files, folders of sweeps and the traffic of a queue, damaged: each by its seed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSweep } from '../../../src/experiment/sweep/load.js';
import { itemText } from '../../../src/experiment/sweep/outcome-file.js';
import { openStore, StoreError } from '../../../src/experiment/sweep/store.js';
import { readData, readOutcome } from '../../../src/experiment/work/queue-data.js';
import { runTask } from '../../../src/experiment/work/task.js';
import { readDesignCsv } from '../../../src/report/files/sweep-csv.js';
import { ScenarioError } from '../../../src/scenario/document/issues.js';
import { drawOf } from './draw.js';
import { damagedText, mutated } from './mutate.js';

export type SweepFate = 'refused' | 'accepted';

const SCENARIO =
  '{ description: a, mesh: { generate: [{ namespace: shop, services: 2, proxies: 1 per endpoint }] }, run: { duration: 1s } }';
const SWEEPS = [
  'description: a\nscenario: s.yaml\nfactors: { run.seed: [1, 2, 3], istiod.resources.cpu: [1, 2] }\nreplications: 2\n',
  'description: a\nscenario: s.yaml\nfactors: { istiod.env.PILOT_DEBOUNCE_AFTER: { from: 10ms, to: 1s, scale: log } }\ndesign: { latinHypercube: 5 }\nseed: x\n',
  'description: a\nscenario: s.yaml\nset: ["run.duration=2s"]\nfactors: { istiod.xds: [sotw, delta], istiod.resources.cpu: [1, 2] }\ndesign: { screening: foldOver }\nobjectives: [staleness.p99]\n',
  'description: a\nscenario: s.yaml\ndesign: { file: d.csv }\nuntilPrecision: 5%\nwarmUp: auto\nmeasures: [rounds]\n',
];
const DESIGN = 'run.seed,istiod.resources.cpu\n1,1\n2,"2"\n3,500m\n';

/** Errors: what a user would call a bug. */
export async function sweepFate(seed: number): Promise<SweepFate> {
  const draw = drawOf(seed);
  const text = draw.of(SWEEPS);
  const file = draw.chance(0.6) ? JSON.stringify(mutated(parse(text) as unknown, draw)) : damagedText(text, draw);
  const design = draw.chance(0.5) ? damagedText(DESIGN, draw) : DESIGN;
  const readFile = (path: string): string => {
    if (path.endsWith('s.yaml')) return SCENARIO;
    if (path.endsWith('d.csv')) return design;
    throw new Error('no such file');
  };
  const parsed = await parseSweep(file, { file: 'w.yaml', version: '1', readFile, readDesign: readDesignCsv });
  if (parsed.ok) {
    if (parsed.spec.points.length === 0) throw new Error('no points');
    return 'accepted';
  }
  if (parsed.issues.length === 0) throw new Error('refused without a reason');
  for (const { line, expected, file: where } of parsed.issues) {
    // What a set of the file does is blamed on the set.
    if (!(line >= (where === 'w.yaml' || where === 's.yaml' ? 1 : 0)) || expected === '')
      throw new Error(`not located: ${where}:${line} ${expected}`);
  }
  return 'refused';
}

const OUTCOME = { measures: { 'staleness.p99': 0.5, rounds: null }, fingerprint: '0123456789abcdef' };
const MANIFEST = {
  format: 1 as const,
  pushsim: '1',
  hash: 'abc',
  name: 'w',
  description: 'a',
  scenarioName: 's',
  design: 'grid' as const,
  factors: [{ path: 'run.seed', label: 'seed', levels: ['1', '2'] }],
  points: [
    { levels: ['1'], sets: ['run.seed=1'] },
    { levels: ['2'], sets: ['run.seed=2'] },
  ],
  objectives: ['staleness.p99'],
  measures: ['staleness.p99'],
  replications: 1,
  confidence: 0.95,
  untilPrecision: undefined,
};

/** An item of a damaged folder is the one that was written, or is not there. */
export function folderFate(seed: number): SweepFate {
  const draw = drawOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-folder-'));
  try {
    const written = JSON.stringify(MANIFEST);
    const manifest = draw.of([
      () => JSON.stringify(mutated(JSON.parse(written), draw)),
      () => damagedText(written, draw),
      () => written,
      () => written,
    ])();
    writeFileSync(join(folder, 'sweep.json'), manifest);
    const items = join(folder, 'items', '0');
    mkdirSync(items, { recursive: true });
    const item = itemText(draw.of(['abc', 'abc', 'other']), draw.below(2), OUTCOME);
    const name = draw.of(['0.json', '1.json', '00.json', 'x.json', '.1.tmp', '99999999999.json']);
    const content = draw.of([
      () => damagedText(item, draw),
      () => JSON.stringify(mutated(JSON.parse(item), draw)),
      () => item,
    ])();
    if (draw.chance(0.05)) mkdirSync(join(items, name));
    else writeFileSync(join(items, name), content);
    if (draw.chance(0.1)) writeFileSync(join(folder, 'items', 'stray'), '');
    const store = openStore(folder, MANIFEST);
    for (const index of store.finished()) {
      const read = store.read(index);
      if (read !== undefined && JSON.stringify(read) !== JSON.stringify(OUTCOME))
        throw new Error('a damaged item counts');
    }
    return 'accepted';
  } catch (error) {
    if (error instanceof StoreError) return 'refused';
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TASK = {
  task: { source: { text: SCENARIO, file: 's.yaml', sets: ['run.seed=1'] }, replication: 0 },
  files: {},
  version: '1',
};

/** What is taken for a task is simulated, as somebody else's. */
export function queueFate(seed: number): SweepFate {
  const draw = drawOf(seed);
  readOutcome(mutated(OUTCOME, draw));
  const data = readData(draw.chance(0.1) ? TASK : mutated(TASK, draw));
  if (data === undefined) return 'refused';
  const { task } = data;
  const text = draw.chance(0.5) ? damagedText(task.source.text, draw) : task.source.text;
  try {
    const { fingerprint } = runTask({ ...task, source: { ...task.source, text, files: {}, foreign: true } });
    if (fingerprint === '') throw new Error('no fingerprint');
    return 'accepted';
  } catch (error) {
    if (error instanceof ScenarioError || (error instanceof Error && error.name === 'ClockError')) return 'refused';
    throw error;
  }
}
