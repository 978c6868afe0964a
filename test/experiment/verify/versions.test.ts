import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../../src/cost/calibrated/index.js';
import { leaves } from '../../../src/cost/rules/leaves.js';
import type { Estimate, FigureAblation } from '../../../src/experiment/verify/ablation.js';
import { type Behaviour, behaviourOf, rulesBetween, switched } from '../../../src/experiment/verify/behaviour.js';
import { explain } from '../../../src/experiment/verify/causes.js';
import { VERSION_FIGURES } from '../../../src/experiment/verify/version-figures.js';
import { compareVersions, replayAs } from '../../../src/experiment/verify/versions.js';
import { type Operation, readRecording, type SetUp } from '../../../src/import/recording.js';
import { differingRules } from '../../../src/istio/differences.js';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { isActedUpon } from '../../../src/istio/rules/rules.js';

const V117 = behaviourOf('1.17');
const V130 = behaviourOf('1.30');

const PROXIES = 3;
const SERVICES = 4;

/** Three sidecars, four services with one port and one endpoint each, and two changes at most. */
function setUp(ops: readonly Operation[], more: Partial<SetUp> = {}): SetUp {
  return {
    name: 'by-hand',
    istio: '1.17.8',
    xds: 'sotw',
    gomaxprocs: 1,
    debounceAfterMs: 100,
    env: {},
    proxies: { sidecars: PROXIES, gateways: 0, namespaces: 1 },
    mesh: {
      namespaces: 1,
      services: SERVICES,
      ports: 1,
      endpoints: 1,
      virtualServices: 0,
      destinationRules: 0,
      sidecar: '',
      scopeHosts: 0,
    },
    inboundPerOp: {},
    ops,
    ...more,
  };
}

function op(kind: Operation['op'], svc = 0, n = 0, at = 0): Operation {
  return { at, op: kind, svc, n };
}

function compared(of: SetUp, from: Behaviour = V117, to: Behaviour = V130) {
  return compareVersions({ name: of.name, setUp: of, recordings: [], measured: undefined, notes: [] }, from, to);
}

/** 1.17 with some rules of 1.30. */
function with130(...ids: readonly string[]): Behaviour {
  return switched(
    V117,
    V130,
    rulesBetween(V117, V130).filter(({ id }) => ids.includes(id)),
  );
}

/** Figure → difference and the rules held responsible, with their amounts. */
function told(result: ReturnType<typeof compared>): Record<string, readonly [number, Record<string, number>]> {
  return Object.fromEntries(
    result.rows.map(({ figure, from, to, causes, remainder }) => {
      // Times add up only nearly: one rule's milliseconds are another's waiting.
      if (figure.unit !== 'seconds') expect(remainder, figure.id).toBeCloseTo(0, 9);
      const rules = causes.map((cause) => [cause.rules.map(({ rule }) => rule.id).join(' + '), cause.amount]);
      return [figure.id, [to - from, Object.fromEntries(rules)] as const];
    }),
  );
}

describe('where one rule differs, the report names it with its amount', () => {
  test('an endpoint event without a change: nobody is pushed to any more', () => {
    const { rows, rules } = compared(setUp([op('ep', 0, 1)]), V117, with130('equal-endpoints'));
    expect(rules.map(({ id }) => id)).toEqual(['equal-endpoints']);
    const differing = told({ rows } as ReturnType<typeof compared>);
    const by = (amount: number) => [amount, { 'equal-endpoints': amount }];
    expect(differing).toMatchObject({
      rounds: by(-1),
      merged_updates: by(-1),
      pushes: by(-PROXIES),
      messages_eds: by(-PROXIES),
      // 48 bytes, 8 as it is not empty, 73.8 for the endpoint; rounded.
      bytes_eds: by(-PROXIES * 130),
    });
    expect(differing.messages_cds).toBeUndefined();
  });

  test('a route and an endpoint in one window: endpoints of all services instead of one', () => {
    const result = compared(setUp([op('ep', 0, 2), op('vs', 1)]), V117, with130('widened-endpoints'));
    // One of two endpoints: 203.6. With three more services of one: 593.
    const more = PROXIES * (593 - 204);
    const differing = told(result);
    expect(differing.bytes_eds).toEqual([more, { 'widened-endpoints': more }]);
    const counts = result.rows.filter(({ figure }) => figure.unit === 'count');
    expect(counts).toEqual([]);
    expect(result.same.map(({ figure, value }) => [figure.id, value])).toContainEqual(['messages_eds', PROXIES]);
  });

  test('larger clusters: bytes and nothing else', () => {
    const differing = told(compared(setUp([op('full')]), V117, with130('cluster-bytes')));
    const more = PROXIES * (761 - 616 + SERVICES * (1008 - 912));
    expect(differing.bytes_cds).toEqual([more, { 'cluster-bytes': more }]);
    expect(Object.keys(differing).filter((id) => id.startsWith('messages') || id === 'rounds')).toEqual([]);
  });

  test('a new service: only the context is faster', () => {
    const differing = told(compared(setUp([op('svc', SERVICES)]), V117, with130('registry-pairs')));
    // Five services that each look through their namespace's five.
    const pair = coefficientsOf('1.17').context.perServicePair * 1e-6;
    expect(pair).toBeGreaterThan(0);
    const [difference, causes] = differing.context_s ?? [0, {}];
    expect(Object.keys(causes)).toEqual(['registry-pairs']);
    expect(difference).toBeCloseTo(-25 * pair, 8);
    expect(Object.keys(differing).filter((id) => id.startsWith('messages'))).toEqual([]);
  });
});

describe('where whole versions differ', () => {
  test('a figure is put down to its rule among fifty', () => {
    const gateway = { proxies: { sidecars: 2, gateways: 1, namespaces: 1 } };
    const result = compared(setUp([op('gw', 0)], gateway));
    expect(result.rules.length).toBeGreaterThan(40);
    // The gateway gets its listeners in both; clusters only since 1.30. A sidecar has nothing to do with it.
    expect(told(result).messages_cds).toEqual([1, { 'gateway-objects': 1 }]);
  });

  test('rules that only work together are named together', () => {
    const env = { PILOT_ENABLE_EDS_DEBOUNCE: 'false' };
    const ops = [op('ep', 0, 2), op('ep', 0, 3, 20), op('ep', 0, 2, 40)];
    const result = compared(setUp(ops, { env }), V130, behaviourOf('1.32-dev'));
    // Three that bypass the debounce build a context each. If endpoints had no kind of their own, they would be debounced.
    expect(told(result).context_builds).toEqual([3, { 'full-flag + endpoint-kind': 3 }]);
    const row = result.rows.find(({ figure }) => figure.id === 'context_builds');
    expect(row?.causes[0]?.rules.map(({ rule, alone, last }) => [rule.id, alone.mean, last.mean])).toEqual([
      ['full-flag', 1, 3],
      ['endpoint-kind', 0, 2],
    ]);
  });

  test('nothing is left to differ between a version and itself', () => {
    expect(compared(setUp([op('vs', 1)]), V130, V130)).toMatchObject({ rows: [], rules: [], idleRules: 0 });
  });
});

const PAIRS: readonly (readonly [IstioVersion, IstioVersion])[] = [
  ['1.17', '1.30'],
  ['1.30', '1.17'],
  ['1.30', '1.32-dev'],
  ['1.17', '1.32-dev'],
];

describe.each(PAIRS)('all rules together turn %s into %s', (first, second) => {
  const [from, to] = [behaviourOf(first), behaviourOf(second)];
  const rules = rulesBetween(from, to);
  const turned = switched(from, to, rules);

  test('in every field of the profile and every number of the costs', () => {
    const decided = differingRules(turned.profile.values, to.profile.values).filter(isActedUpon);
    expect(decided).toEqual([]);
    expect([...leaves(turned.coefficients)]).toEqual([...leaves(to.coefficients)]);
    expect(rulesBetween(turned, to)).toEqual([]);
  });

  const names = [
    'K-Q-s117-edsoff',
    'K-K-s117-base',
    'K-A-s130-delta-S50-E2',
    'K-A-s117-sotw-S400-E5-scope20',
    'K-B-s117-churn5ev-DA100',
  ];
  test.each(names)('to the last nanosecond on %s', (name) => {
    const recorded = readRecording(new URL('../../recordings', import.meta.url).pathname, name).setUp;
    expect(replayAs(recorded, turned, '1')).toEqual(replayAs(recorded, to, '1'));
  });

  test('and are told apart by name', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { says, source } of rules) expect([says.endsWith('.'), source.length > 0]).toEqual([true, true]);
  });
});

describe('a difference is told as causes', () => {
  const [figure] = VERSION_FIGURES;
  const rules = rulesBetween(V117, V130);
  const exact = (mean: number): Estimate => ({ mean, half: 0 });
  const ablation = (effects: readonly (readonly [Estimate, Estimate])[], difference: Estimate): FigureAblation => ({
    figure: figure as (typeof VERSION_FIGURES)[number],
    from: 100,
    to: 100 + difference.mean,
    difference,
    effects: effects.map(([alone, last], i) => ({ rule: rules[i] as (typeof rules)[number], alone, last })),
    together: () => 30,
  });

  test('what one rule does alone and last is its own, what chance does is nobody’s', () => {
    const noise: Estimate = { mean: 9, half: 10 };
    const { causes, remainder } = explain(
      ablation(
        [
          [exact(50), exact(50)],
          [noise, noise],
        ],
        exact(60),
      ),
    );
    expect(causes.map(({ amount }) => amount)).toEqual([50]);
    expect(remainder).toBe(10);
  });

  test('rules that change what the others do are told together, and what is missing is said', () => {
    const { causes, remainder } = explain(
      ablation(
        [
          [exact(0), exact(40)],
          [exact(20), exact(60)],
        ],
        exact(60),
      ),
    );
    expect(causes).toMatchObject([{ amount: 30, rules: [{ last: { mean: 60 } }, { last: { mean: 40 } }] }]);
    expect(remainder).toBe(30);
  });

  test('small ones are summed up', () => {
    const small = [exact(2), exact(2)] as const;
    const { causes, smaller } = explain(ablation([[exact(96), exact(96)], small, small], exact(100)));
    expect(causes).toHaveLength(1);
    expect(smaller.amount).toBe(4);
  });
});
