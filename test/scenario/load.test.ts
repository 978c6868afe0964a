import { describe, expect, test } from 'vitest';
import { prettyIssue } from '../../src/scenario/document/issues.js';
import { parseScenario } from '../../src/scenario/load.js';
import { resolvedYaml } from '../../src/scenario/resolve/resolved-yaml.js';
import { EVERYTHING, load, problems, problemsOf, warnings } from './helpers.js';

describe('a scenario that says only what it is about', () => {
  const scenario = load('');

  test('gets every default', () => {
    expect(scenario).toMatchObject({
      name: 'test',
      istio: '1.30',
      istiod: { cpuCores: 2, memoryBytes: 2 ** 31, xds: 'delta', env: {} },
      events: [],
      run: { kind: 'terminating', duration: 60e9, warmUp: 0, seed: '1', replications: 1, start: 'connected' },
      thresholds: [],
    });
    expect(scenario.costs).toMatchObject({
      contextInit: { kind: 'constant', value: 2e6 },
      proxyState: { kind: 'constant', value: 1e5 },
      network: { kind: 'constant', value: 5e5 },
      watch: { kind: 'constant', value: 0 },
      envoyApply: { kind: 'constant', value: 1e6 },
    });
  });

  test('is frozen to the last leaf', () => {
    expect(Object.isFrozen(scenario)).toBe(true);
    expect(Object.isFrozen(scenario.costs.generate.cds)).toBe(true);
  });
});

test('1.17 speaks SotW unless told otherwise', () => {
  expect(load('istio: "1.17"').istiod.xds).toBe('sotw');
  expect(load('istio: "1.17"\nistiod: { xds: delta }').istiod.xds).toBe('delta');
});

test('an unquoted 1.30 is 1.30 and not 1.3', () => {
  expect(load('istio: 1.30').istio).toBe('1.30');
});

test('a seed is text, leading zeros and all', () => {
  expect(load('run: { seed: 0007 }').run.seed).toBe('0007');
});

test('a key with nothing behind it is as good as left out', () => {
  expect(load('events:\nmesh:\n').events).toEqual([]);
});

describe('problems', () => {
  test('are all reported at once, each where it is', () => {
    expect(
      problemsOf(`descripton: x
istio: 1.16
istiod:
  resources: { cpu: 0, memory: 2GB }
  env: { PILOT_PUSH_TROTTLE: 5 }
mesh:
  generate: [{ namespace: shop, services: -1 }]
events:
  - { at: 5, forcedPush: true }
run: { duration: 2 minutes }
thresholds: [ "stalenes.p99 < 2s" ]
`),
    ).toMatchInlineSnapshot(`
      [
        "test.yaml:1:1: descripton: unknown key (did you mean description?)",
        "test.yaml:1:1: description: missing; expected one sentence: which question does this file answer?",
        "test.yaml:2:8: istio: expected a release of Istio from 1.17 to 1.32-dev, such as 1.24 or 1.17.0, found "1.16" (the nearest is 1.17.0; what changed before it is not known)",
        "test.yaml:4:21: istiod.resources.cpu: expected more than zero CPU, found 0",
        "test.yaml:4:32: istiod.resources.memory: expected an amount of bytes, such as 512, 200Ki or 2Gi, found "2GB" (write 2Gi)",
        "test.yaml:5:10: istiod.env.PILOT_PUSH_TROTTLE: expected an environment variable of istiod 1.30, found "PILOT_PUSH_TROTTLE" (did you mean PILOT_PUSH_THROTTLE?)",
        "test.yaml:7:43: mesh.generate[0].services: expected a whole number from 0 to 100000, found -1",
        "test.yaml:9:11: events[0].at: expected a duration with a unit, such as 100ms, 2.5s or 1m30s, found 5 (write the unit: 5s or 5ms)",
        "test.yaml:10:18: run.duration: expected a duration with a unit, such as 100ms, 2.5s or 1m30s, found "2 minutes" (write 2m)",
        "test.yaml:11:15: thresholds[0]: expected a known metric, not stalenes, found "stalenes.p99 < 2s" (did you mean staleness?)",
      ]
    `);
  });

  test('show the line of the file with a caret', () => {
    const parsed = parseScenario('description: x\nrun: { duration: 5 }\n', { file: 'a.yaml' });
    expect(parsed.ok ? '' : parsed.issues.map(prettyIssue).join('\n')).toMatchInlineSnapshot(`
      "a.yaml:2:18: run.duration: expected a duration with a unit, such as 100ms, 2.5s or 1m30s, found 5 (write the unit: 5s or 5ms)
        2 | run: { duration: 5 }
                             ^"
    `);
  });

  test('of a misspelt key point at the key, of a bad value at the value', () => {
    expect(problems('run: { durations: 1s }')).toEqual([
      'test.yaml:2:8: run.durations: unknown key (did you mean duration?)',
    ]);
    expect(problems('run: { duration: 1 }')[0]).toContain('test.yaml:2:18: run.duration: ');
  });

  test('in one section do not hide those of the others', () => {
    const found = problems('istiod: { bogus: 1, env: { PILOT_DEBOUNCE_AFTER: 1 } }\nevents: [{ at: 1s }]');
    expect(found).toHaveLength(3);
  });

  test('caused by another problem are not reported', () => {
    const found = problems(
      'mesh: { generate: [{ namespace: shop, services: x }], proxies: [{ name: a, namespace: b, service: shop/svc }] }\n' +
        'events: [{ at: 1s, endpoints: { services: shop/svc, ready: 1 } }]',
    );
    expect(found).toEqual([
      'test.yaml:2:49: mesh.generate[0].services: expected a whole number from 0 to 100000, found "x"',
    ]);
  });

  test('of the wrong type say what the right one is', () => {
    expect(problems('mesh: [1]')).toEqual(['test.yaml:2:7: mesh: expected a mapping, found a list of 1']);
    expect(problems('events: { at: 1s }')).toEqual([
      'test.yaml:2:9: events: expected a list of events, found a mapping with at',
    ]);
    expect(problemsOf('- 1\n')).toEqual([
      'test.yaml:1:1: expected a scenario: a mapping with description, mesh, events, …, found a list of 1',
    ]);
  });

  test('of costs name the distribution that was meant', () => {
    expect(problems('costs: { context: { expnential: 1ms } }')[0]).toContain('(did you mean exponential?)');
    expect(problems('costs: { context: { uniform: { min: 2ms, max: 1ms } } }')[0]).toContain(
      'expected min not above max',
    );
    expect(problems('costs: { generate: { cds: { lognormal: { median: 1ms } } } }')).toEqual([
      'test.yaml:2:40: costs.generate.cds.lognormal.sigma: missing; expected a number from 0 to 5',
    ]);
  });

  test('of the run: it lasts, and longer than its warm-up', () => {
    expect(problems('run: { duration: 0s }')[0]).toContain('a duration above zero');
    expect(problems('run: { duration: 1s, warmUp: 1s }')[0]).toContain('before the end of the run');
  });
});

test('an autoscaler with more istiods at least than at most is refused', () => {
  expect(problems('istiod: { autoscale: { min: 4, max: 2 } }')).toEqual([
    'test.yaml:2:29: istiod.autoscale.min: expected a number of at most 2, the most istiods, found 4',
  ]);
});

describe('the resolved scenario', () => {
  test('reads back to an equal scenario', () => {
    const first = parseScenario(EVERYTHING, { file: 'everything.yaml' });
    if (!first.ok) throw new Error(first.issues.map(prettyIssue).join('\n'));
    const again = parseScenario(resolvedYaml(first.scenario), { file: 'another-name.yaml' });
    expect(again).toMatchObject({ ok: true });
    expect(again.ok && again.scenario).toEqual(first.scenario);
  });

  test('shows every default', () => {
    const text = resolvedYaml(load(''));
    for (const line of ['istio: "1.30"', 'cpu: "2"', 'memory: 2Gi', 'duration: 1m', 'network: 500us', 'xds: delta']) {
      expect(text).toContain(line);
    }
  });
});

test('a warning does not stop a scenario', () => {
  expect(warnings('istiod: { env: { PILOT_ENABLE_XDS_CACHE: false } }')).toEqual([
    'test.yaml:2:18: istiod.env.PILOT_ENABLE_XDS_CACHE: PILOT_ENABLE_XDS_CACHE is real, but the model does not act upon it',
  ]);
});
