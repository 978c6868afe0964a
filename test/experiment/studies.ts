import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSweep } from '../../src/experiment/sweep/load.js';
import type { SweepSpec } from '../../src/experiment/sweep/spec.js';
import type { ScenarioSource } from '../../src/experiment/work/task.js';
import { readDesignCsv } from '../../src/report/files/sweep-csv.js';
import { folder } from '../cli/run-program.js';

/** A few milliseconds to simulate, and every replication differs. */
export const CHURN = `description: A small mesh whose pods come and go
istio: "1.17"
istiod: { resources: { cpu: "1", memory: 1Gi } }
mesh: { generate: [{ namespace: shop, services: 4, endpoints: 2, proxies: 1 per endpoint, virtualServices: 4 }] }
events:
  - { poisson: 6/s, endpoints: { services: any, ready: +1/-1 } }
  - { poisson: 2/s, update: { kind: VirtualService, target: any } }
run: { duration: 5s, seed: studies }
`;

/** 3 × 2 points, 4 replications: 24 work items. */
export const SWEEP = `description: What does the debounce cost?
scenario: churn.yaml
factors:
  istiod.env.PILOT_DEBOUNCE_AFTER: [50ms, 200ms, 800ms]
  istiod.env.PILOT_ENABLE_EDS_DEBOUNCE: [true, false]
replications: 4
`;

export function source(text = CHURN, ...sets: string[]): ScenarioSource {
  return { text, file: 'churn.yaml', sets };
}

/** A folder with churn.yaml and sweep.yaml (and others). @returns its path */
export function study(sweep = SWEEP, others: Readonly<Record<string, string>> = {}): string {
  const place = folder();
  mkdirSync(place, { recursive: true });
  for (const [name, text] of Object.entries({ 'churn.yaml': CHURN, 'sweep.yaml': sweep, ...others })) {
    writeFileSync(join(place, name), text);
  }
  return place;
}

export function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8');
}

/** The sweep of a text, or what is wrong with it. */
export async function sweepOf(text: string, others: Readonly<Record<string, string>> = {}) {
  const files: Readonly<Record<string, string>> = { 'churn.yaml': CHURN, ...others };
  return parseSweep(text, {
    file: 'sweep.yaml',
    version: '1.2.3',
    readDesign: readDesignCsv,
    readFile: (path) => {
      const found = files[path];
      if (found === undefined) throw new Error(`${path}: cannot be read: no such file or directory`);
      return found;
    },
  });
}

export async function specOf(text: string, others: Readonly<Record<string, string>> = {}): Promise<SweepSpec> {
  const parsed = await sweepOf(text, others);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ expected }) => expected).join('; '));
  return parsed.spec;
}
