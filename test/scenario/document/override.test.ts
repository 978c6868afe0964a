import { describe, expect, test } from 'vitest';
import { load, problems } from '../helpers.js';

const BASE = `
istiod: { env: { PILOT_DEBOUNCE_AFTER: 100ms } }
mesh: { generate: [{ namespace: shop, services: 1 }, { namespace: bar, services: 2 }] }
events: [{ at: 1s, endpoints: { services: any, ready: 1 } }]
`;

describe('--set', () => {
  test('replaces a field', () => {
    const sets = ['istiod.env.PILOT_DEBOUNCE_AFTER=2500ms', 'mesh.generate[1].services=5'];
    const scenario = load(BASE, { sets });
    expect(scenario.istiod.env).toEqual({ PILOT_DEBOUNCE_AFTER: '2500ms' });
    expect(scenario.mesh.services).toHaveLength(6);
  });

  test('adds what the file does not have', () => {
    expect(load('', { sets: ['run.duration=5s', 'istiod.env.PILOT_PUSH_THROTTLE=20'] })).toMatchObject({
      run: { duration: 5e9 },
      istiod: { env: { PILOT_PUSH_THROTTLE: '20' } },
    });
  });

  test('takes any YAML as value', () => {
    const scenario = load('', { sets: ['events=[{ at: 1s, forcedPush: true }]', 'thresholds=["staleness.p99 < 1s"]'] });
    expect(scenario.events).toHaveLength(1);
    expect(scenario.thresholds[0]).toMatchObject({ metric: 'staleness', limit: 1 });
  });

  test('keeps what YAML would make a number', () => {
    const scenario = load(BASE, { sets: ['istio=1.30', 'run.seed=007', 'events[0].endpoints.ready=+1'] });
    expect(scenario).toMatchObject({ istio: '1.30', run: { seed: '007' } });
    expect(scenario.events[0]!.what).toMatchObject({ ready: { add: 1 } });
  });

  test('reaches names with dots', () => {
    const sets = ['mesh.namespaces=[{ name: a }]', 'mesh.namespaces[0].labels["example.com/team"]=red'];
    expect(load('', { sets }).mesh.namespaces[0]!.labels).toMatchObject({ 'example.com/team': 'red' });
  });

  test('of a shared part changes only the place it names', () => {
    const yaml = 'mesh: { namespaces: [{ name: a, labels: &l { x: "1" } }, { name: b, labels: *l }] }';
    const { mesh } = load(yaml, { sets: ['mesh.namespaces[0].labels.x="2"'] });
    expect(mesh.namespaces.map(({ labels }) => labels.x).slice(0, 2)).toEqual(['2', '1']);
  });

  test('applies in order', () => {
    expect(load('', { sets: ['run.seed=a', 'run.seed=b'] }).run.seed).toBe('b');
  });

  test.each([
    ['run.duration', 'this is not path=value'],
    ['=5s', 'this is not path=value'],
    ['run..duration=5s', 'this is not path=value'],
    ['[0]=5s', 'this is not path=value'],
    ['run duration=5s', 'this is not path=value'],
    ['run.duration=[', 'run.duration: '],
    ['mesh.generate[2].services=1', 'mesh.generate[2]: the list has only 2 entries; the first is [0]'],
    ['mesh.generate.services=1', 'mesh.generate.services: this is in a list: say which entry, as in [0]'],
    ['mesh.generate[0].services.more=1', 'mesh.generate[0].services.more: there is no mapping here'],
    ['istiod[0]=1', 'istiod[0]: there is no list here to index'],
    ['run.durations=5s', 'run.durations: unknown key (did you mean duration?)'],
    ['run.duration=5', 'run.duration: expected a duration with a unit'],
    ['__proto__.x=5', '__proto__: unknown key'],
  ])('%s is refused on the command line', (set, problem) => {
    const found = problems(BASE, { sets: [set] });
    expect(found).toEqual([expect.stringContaining(problem)]);
    expect(found[0]).toMatch(/^--set /);
  });
});
