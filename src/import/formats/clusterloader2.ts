/** A ClusterLoader2 test: phases state how many objects a namespace has, so fewer than before are deletions. */
import { listAt, objectAt, textAt } from '../framing/piece.js';
import { dnsSafe, goSeconds, seconds } from './kube-burner.js';
import type { Fields, LoadTest } from './load-test.js';

export function clusterLoader(config: Fields): LoadTest {
  const warnings = new Set<string>();
  const namespaces = Number(objectAt(config, 'namespace').number ?? config.automanagedNamespaces ?? 1);
  const prefix = dnsSafe(textAt(objectAt(config, 'namespace'), 'prefix') ?? textAt(config, 'name') ?? 'test');
  const tuning = new Map(listAt(config, 'tuningSets').map((set) => [textAt(set, 'name'), perSecond(set, warnings)]));
  const counts = new Map<string, number>();
  const events: Fields[] = [];
  let at_s = 0;
  for (const step of listAt(config, 'steps')) {
    const path = textAt(objectAt(step, 'module'), 'path');
    if (path !== undefined) warnings.add(`the module ${path} is another file and is left out`);
    let longest_s = 0;
    for (const phase of listAt(step, 'phases')) {
      const rate = tuning.get(textAt(phase, 'tuningSet')) ?? 1;
      longest_s = Math.max(longest_s, addPhase(phase, { namespaces, prefix, rate, at_s }, counts, events, warnings));
    }
    at_s += longest_s;
  }
  return {
    kind: 'ClusterLoader2',
    warnings: [...warnings],
    scenario: {
      description: `The steps of ClusterLoader2's ${textAt(config, 'name') ?? 'test'}`,
      events,
      run: { duration: `${Math.ceil(at_s + 10)}s` },
    },
  };
}

interface Around {
  readonly namespaces: number;
  readonly prefix: string;
  /** Objects a second. */
  readonly rate: number;
  readonly at_s: number;
}

/** @returns how long it takes, seconds */
function addPhase(
  phase: unknown,
  { namespaces, prefix, rate, at_s }: Around,
  counts: Map<string, number>,
  events: Fields[],
  warnings: Set<string>,
): number {
  const range = objectAt(phase, 'namespaceRange');
  const first = Number(range.min ?? 1);
  const last = Math.min(Number(range.max ?? first), namespaces, first + 1000);
  const wanted = Math.max(0, Math.min(100_000, Number(objectAt({ phase }, 'phase').replicasPerNamespace ?? 0) || 0));
  let written = 0;
  for (const bundle of listAt(phase, 'objectBundle')) {
    const name = dnsSafe(textAt(bundle, 'basename') ?? 'object');
    warnings.add(
      `objectTemplatePath ${textAt(bundle, 'objectTemplatePath') ?? ''} is not read: each object counts as a Service with one endpoint`,
    );
    for (let n = first; n <= last; n++) {
      const namespace = `${prefix}-${n}`;
      const before = counts.get(`${namespace}/${name}`) ?? 0;
      counts.set(`${namespace}/${name}`, wanted);
      const more = Math.abs(wanted - before);
      if (more === 0) continue;
      const timing = { at: seconds(at_s + written / rate), repeat: more, every: seconds(1 / rate) };
      events.push(
        wanted > before
          ? {
              name: `${namespace}-${name}-${events.length}`,
              ...timing,
              create: ['Service'],
              namespace,
              named: name,
              endpoints: 1,
            }
          : {
              name: `${namespace}-${name}-${events.length}`,
              ...timing,
              delete: { kind: 'Service', target: `${namespace}/*` },
            },
      );
      written += more;
    }
  }
  return written / rate;
}

/** Mean objects a second of a tuning set. */
function perSecond(set: unknown, warnings: Set<string>): number {
  const load = (name: string) => objectAt(set, name);
  const stepped = load('steppedLoad');
  const stepDelay_s = goSeconds(stepped.stepDelay, 1);
  const found =
    Number(load('qpsLoad').qps ?? Number.NaN) ||
    Number(load('globalQPSLoad').qps ?? Number.NaN) ||
    Number(load('randomizedLoad').averageQps ?? Number.NaN) ||
    Number(load('poissonLoad').expectedActionsPerSecond ?? Number.NaN) ||
    (stepped.burstSize === undefined ? Number.NaN : Number(stepped.burstSize) / Math.max(stepDelay_s, 0.001));
  if (Number.isFinite(found) && found > 0) return found;
  warnings.add(`the tuning set ${textAt(set, 'name') ?? ''} has no rate of its own: 10 objects a second are taken`);
  return 10;
}
