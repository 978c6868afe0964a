/** A kube-burner job file, of v1 or v2: objects created at a rate, then churn. */
import { listAt, objectAt, textAt } from '../framing/piece.js';
import type { Fields, LoadTest } from './load-test.js';

export function kubeBurner(config: Fields): LoadTest {
  const warnings = new Set<string>();
  const events: Fields[] = [];
  let at_s = 0;
  for (const [index, job] of listAt(config, 'jobs').entries()) {
    const type = textAt(job, 'jobType') ?? 'create';
    const name = dnsSafe(textAt(job, 'name') ?? `job-${index}`);
    if (type !== 'create') {
      warnings.add(`jobs of type ${type} are left out`);
      continue;
    }
    at_s += addJob(objectAt({ job }, 'job'), name, at_s, events, warnings);
  }
  return {
    kind: 'kube-burner',
    warnings: [...warnings],
    scenario: {
      description: 'The jobs of a kube-burner configuration',
      mesh: { namespaces: [] },
      events,
      run: { duration: `${Math.ceil(at_s + 10)}s` },
    },
  };
}

/** @returns how long it takes, seconds */
function addJob(job: Fields, name: string, at_s: number, events: Fields[], warnings: Set<string>): number {
  const iterations = number(job.jobIterations, 1);
  const qps = number(job.qps, 5);
  const namespace = dnsSafe(textAt(job, 'namespace') ?? name);
  let services = 0;
  for (const object of listAt(job, 'objects')) {
    const template = textAt(object, 'objectTemplate') ?? '';
    const replicas = number(objectAt({ object }, 'object').replicas, 1);
    warnings.add(
      `objectTemplate ${template} is not read: each of its objects counts as a Service with one endpoint; edit the create events if they are others`,
    );
    services += iterations * replicas;
  }
  if (services === 0) return 0;
  const every_s = 1 / Math.max(qps, 0.001);
  events.push({
    name: `${name}-create`,
    at: seconds(at_s),
    repeat: services,
    every: seconds(every_s),
    create: ['Service'],
    namespace,
    named: name,
    endpoints: 1,
  });
  const created_s = services * every_s;
  const churn_s = addChurn(job, { name, namespace, services, every_s, at_s: at_s + created_s }, events, warnings);
  return created_s + churn_s;
}

interface Created {
  readonly name: string;
  readonly namespace: string;
  readonly services: number;
  readonly every_s: number;
  readonly at_s: number;
}

/** A share is deleted and created again, cycle by cycle. */
function addChurn(job: Fields, created: Created, events: Fields[], warnings: Set<string>): number {
  const v2 = objectAt(job, 'churnConfig');
  const isV2 = Object.keys(v2).length > 0;
  if (!isV2 && job.churn !== true) return 0;
  const percent = number(isV2 ? v2.percent : job.churnPercent, 10);
  const delay_s = goSeconds(isV2 ? v2.delay : job.churnDelay, 300);
  const duration_s = goSeconds(isV2 ? v2.duration : job.churnDuration, isV2 ? 0 : 3600);
  const share = Math.max(1, Math.round((created.services * percent) / 100));
  const cycle_s = 2 * share * created.every_s + delay_s;
  const asked = number(isV2 ? v2.cycles : job.churnCycles, 0);
  const cycles = Math.max(
    1,
    Math.min(asked || 1000, duration_s > 0 ? Math.ceil(duration_s / cycle_s) : asked || 1, 1000),
  );
  for (let cycle = 0; cycle < cycles; cycle++) {
    const at = created.at_s + delay_s + cycle * cycle_s;
    const both = { repeat: share, every: seconds(created.every_s) };
    const { name, namespace } = created;
    events.push({
      name: `${name}-churn-${cycle}-delete`,
      at: seconds(at),
      ...both,
      delete: { kind: 'Service', target: `${namespace}/*` },
    });
    events.push({
      name: `${name}-churn-${cycle}-create`,
      at: seconds(at + share * created.every_s),
      ...both,
      create: ['Service'],
      namespace,
      named: `${name}-again-${cycle}`,
      endpoints: 1,
    });
  }
  if ((isV2 ? v2.mode : job.churnDeletionStrategy) !== 'objects')
    warnings.add('churn of whole namespaces is churn of their Services here');
  return delay_s + cycles * cycle_s;
}

function number(value: unknown, otherwise: number): number {
  const found = Number(value ?? otherwise);
  return Number.isFinite(found) && found >= 0 ? found : otherwise;
}

/** Go durations; a bare number is seconds. */
export function goSeconds(value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number') return value;
  const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  let sum = 0;
  for (const [, digits, unit] of String(value).matchAll(/([\d.]+)(ns|us|ms|s|m|h)/g))
    sum += Number(digits) * units[unit!]!;
  return sum;
}

export function seconds(value: number): string {
  return `${Number(value.toFixed(6))}s`;
}

export function dnsSafe(text: string): string {
  const safe = text
    .toLowerCase()
    .replace(/[^-a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return safe === '' ? 'x' : safe;
}
