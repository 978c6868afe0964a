import { describe, expect, test } from 'vitest';
import { editOf } from '../../../src/cluster/cluster-state.js';
import { load, problems, warnings } from '../helpers.js';

const RULE = `{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: cart, namespace: shop }, spec: { host: cart } }`;
const event = (text: string) => load(`events: [${text}]`).events[0]!;
const wrong = (text: string, options = {}) => problems(`events: [${text}]`, options);

const OBJECT = {
  kind: 'DestinationRule',
  namespace: 'shop',
  name: 'cart',
  labels: {},
  spec: { host: 'cart' },
} as const;

describe('apply', () => {
  test('takes one object, or a list of them in the order in which they are written', () => {
    expect(event(`{ at: 5s, apply: ${RULE} }`)).toEqual({
      name: 'apply-1',
      source: 'apply-1',
      when: { kind: 'times', at: 5e9, count: 1, every: 0 },
      what: { do: 'apply', objects: [{ of: 'config', object: OBJECT }], spacing: 0 },
    });
    const route = RULE.replace('DestinationRule', 'VirtualService');
    expect(event(`{ at: 5s, apply: [${route}, ${RULE}], spacing: 20ms }`).what).toMatchObject({
      objects: [{ object: { kind: 'VirtualService' } }, { object: { kind: 'DestinationRule' } }],
      spacing: 20e6,
    });
  });

  test('takes files, whose mistakes are placed in the file', () => {
    const readFile = () => `${RULE}\n---\n${RULE.replace('cart', 'web')}`;
    const two = load('events: [{ at: 5s, apply: { file: rules.yaml } }]', { readFile }).events[0]!;
    expect(two.what).toMatchObject({ objects: [{ object: { name: 'cart' } }, { object: { name: 'web' } }] });
    expect(
      wrong('{ at: 5s, apply: [{ file: rules.yaml }] }', { readFile: () => `kind: List\nitems: [${RULE}]` }),
    ).toEqual([]);
    const broken = wrong('{ at: 5s, apply: { file: rules.yaml } }', {
      readFile: () => RULE.replace('DestinationRule', 'DestinationRul'),
    });
    expect(broken).toEqual([
      'rules.yaml:1:45: kind: expected a kind that istiod watches, found "DestinationRul" (did you mean DestinationRule?)',
    ]);
  });

  test.each([
    ['[]', 'at least one object'],
    ['text', 'test.yaml:2:27: events[0].apply: expected a mapping, found "text"'],
    ['{ kind: DestinationRule }', 'events[0].apply.apiVersion'],
    [RULE.replace('spec:', 'spce:'), 'events[0].apply.spce: unknown key (did you mean spec?)'],
  ])('%s is refused: %s', (applied, problem) => {
    expect(wrong(`{ at: 5s, apply: ${applied} }`).join('\n')).toContain(problem);
  });

  test('makes its object known to the events that act upon it', () => {
    const later = '{ at: 6s, update: { kind: DestinationRule, target: shop/cart } }';
    expect(wrong(`{ at: 5s, apply: ${RULE} }, ${later}`)).toEqual([]);
    expect(
      warnings(`events: [{ at: 5s, apply: ${RULE} }, { at: 6s, delete: { kind: DestinationRule, target: any } }]`),
    ).toEqual([]);
    expect(wrong(later)[0]).toContain('expected a DestinationRule of the mesh');
  });

  test('brings its namespace into the mesh', () => {
    expect(load(`events: [{ at: 5s, apply: ${RULE} }]`).mesh.namespaces.map(({ name }) => name)).toContain('shop');
  });
});

describe('delete', () => {
  const mesh = `mesh: { resources: [${RULE}] }\n`;

  test('names its object as the object does', () => {
    const text = `${mesh}events: [{ at: 9s, delete: { kind: DestinationRule, name: cart, namespace: shop } }]`;
    expect(load(text).events[0]?.what).toEqual({
      do: 'delete',
      kind: 'DestinationRule',
      target: { pick: 'named', namespace: 'shop', name: 'cart' },
    });
  });

  test('points at the name that does not exist', () => {
    const text = `${mesh}events: [{ at: 9s, update: { kind: DestinationRule, name: crat, namespace: shop } }]`;
    expect(problems(text)).toEqual([
      'test.yaml:3:59: events[0].update.name: expected a DestinationRule of the mesh, found "shop/crat" (did you mean shop/cart?)',
    ]);
  });

  test.each([
    ['{ kind: DestinationRule }', 'which one: target (any, each, NAMESPACE/NAME), or name with namespace'],
    ['{ kind: DestinationRule, target: shop/cart, name: cart }', 'either target or name'],
    ['{ kind: DestinationRule, target: any, namespace: shop }', 'either target or namespace'],
  ])('%s is refused: %s', (what, problem) => {
    expect(problems(`${mesh}events: [{ at: 9s, delete: ${what} }]`)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('applying an object again', () => {
  test.each([
    ['that does not exist creates it', undefined, OBJECT, 'spec'],
    ['with another spec changes the spec', OBJECT, { ...OBJECT, spec: { host: 'web' } }, 'spec'],
    ['with other labels changes the metadata', OBJECT, { ...OBJECT, labels: { a: 'b' } }, 'metadata'],
    ['unchanged writes nothing', OBJECT, { ...OBJECT, spec: { host: 'cart' } }, undefined],
    [
      'with its keys in another order writes nothing',
      { ...OBJECT, spec: { host: 'cart', trafficPolicy: {} } },
      { ...OBJECT, spec: { trafficPolicy: {}, host: 'cart' } },
      undefined,
    ],
  ] as const)('%s', (_, before, after, edit) => {
    expect(editOf(before, after)).toBe(edit);
  });
});
