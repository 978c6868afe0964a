import { describe, expect, test } from 'vitest';
import { load, problems, warnings } from '../helpers.js';

const MESH =
  'mesh: { generate: [{ namespace: shop, name: cart, services: 1, endpoints: 3, proxies: 1 per endpoint }] }';
const event = (text: string) => load(`${MESH}\nevents: [${text}]`).events[0]!;
const wrong = (text: string) => problems(`${MESH}\nevents: [${text}]`);

describe('timings', () => {
  test('are once, several times, or at random', () => {
    expect(event('{ at: 5s, forcedPush: true }').when).toEqual({ kind: 'times', at: 5e9, count: 1, every: 0 });
    expect(event('{ at: 0, repeat: 3, every: 2.5s, forcedPush: true }').when).toEqual({
      kind: 'times',
      at: 0,
      count: 3,
      every: 2.5e9,
    });
    expect(event('{ poisson: 4/s, from: 1s, forcedPush: true }').when).toEqual({
      kind: 'poisson',
      at: 1e9,
      until: 60e9,
      meanGap: 0.25e9,
    });
  });

  test.each([
    ['{ forcedPush: true }', 'a timing: at'],
    ['{ at: 1s, poisson: 1/s, forcedPush: true }', 'either at or poisson'],
    ['{ at: 1s, repeat: 2, forcedPush: true }', 'every: missing'],
    ['{ at: 1s, every: 2s, forcedPush: true }', 'repeat beside it'],
    ['{ at: 1s, until: 2s, forcedPush: true }', 'until only beside poisson'],
    ['{ poisson: 1/s, repeat: 2, forcedPush: true }', 'end it with until'],
    ['{ poisson: 1/s, from: 3s, until: 2s, forcedPush: true }', 'a time after 3s'],
    ['{ poisson: 3, forcedPush: true }', 'say per what: 3/s'],
    ['{ at: 1s, repeat: -1, every: 1s, forcedPush: true }', 'a whole number from 1'],
  ])('%s is refused: %s', (text, problem) => {
    expect(wrong(text)).toEqual([expect.stringContaining(problem)]);
  });

  test('after the end of the run are pointed out', () => {
    expect(warnings('events: [{ at: 60s, forcedPush: true }]')[0]).toContain('a time within the run, which lasts 1m');
  });
});

describe('happenings', () => {
  test('are one per event', () => {
    expect(wrong('{ at: 1s, forcedPush: true, proxyUpdate: any }')[0]).toContain('one happening per event');
    expect(wrong('{ at: 1s, endpoint: { services: any, ready: 1 } }')[0]).toContain('did you mean endpoints?');
    expect(wrong('{ at: 1s }')[0]).toContain('what happens: one of create, apply, update,');
  });

  test('create objects, whose endpoints are a number', () => {
    expect(event('{ at: 1s, create: [Service], endpoints: 2, spacing: 20ms }').what).toEqual({
      do: 'create',
      kinds: ['Service'],
      spacing: 20e6,
      namespace: 'default',
      name: 'app',
      ports: [{ name: 'http', number: 8080, protocol: 'http' }],
      endpoints: 2,
      gatewaySelector: { istio: 'ingressgateway' },
    });
  });

  test.each([
    ['4', { set: 4 }],
    ['+1', { add: 1 }],
    ['"+1"', { add: 1 }],
    ['-2', { add: -2 }],
    ['+1/-1', { flap: 1 }],
    ['+3/-3', { flap: 3 }],
  ])('ready: %s', (text, ready) => {
    expect(event(`{ at: 1s, endpoints: { services: any, ready: ${text} } }`).what).toMatchObject({ ready });
  });

  test.each(['+1/-2', '-1/+1', 'some', '1.5', '1/-1'])('ready: %s is refused', (text) => {
    expect(wrong(`{ at: 1s, endpoints: { services: any, ready: ${text} } }`)).toHaveLength(1);
  });

  test.each([
    ['any', { pick: 'any' }],
    ['each', { pick: 'each' }],
    ['shop/*', { pick: 'any', namespace: 'shop' }],
    ['shop/cart', { pick: 'named', namespace: 'shop', name: 'cart' }],
  ])('target %s', (text, target) => {
    expect(event(`{ at: 1s, endpoints: { services: ${text}, ready: 1 } }`).what).toMatchObject({ target });
  });

  test('on a bare name ask for the namespace', () => {
    expect(wrong('{ at: 1s, endpoints: { services: cart, ready: 1 } }')[0]).toContain(
      'say in which namespace, as in shop/cart',
    );
  });
});

describe('rejections', () => {
  test.each([
    ['all', { pick: 'all' }],
    ['shop/*', { pick: 'namespace', namespace: 'shop' }],
    ['shop/cart', { pick: 'named', namespace: 'shop', name: 'cart' }],
    ['shop/cart-2', { pick: 'named', namespace: 'shop', name: 'cart-2' }],
  ])('are of %s', (text, proxies) => {
    expect(event(`{ at: 1s, reject: { proxies: ${text}, types: [lds, lds, cds], for: 30s } }`).what).toEqual({
      do: 'reject',
      proxies,
      types: ['lds', 'cds'],
      lasts: 30e9,
    });
  });

  test.each([
    ['{ proxies: any, types: [lds], for: 1s }', 'all, NAMESPACE/* (all in it) or NAMESPACE/NAME'],
    ['{ proxies: shop/crat, types: [lds], for: 1s }', 'did you mean shop/cart?'],
    ['{ proxies: shop/cart-3, types: [lds], for: 1s }', 'expected a proxy of the mesh'],
    ['{ proxies: all, types: lds, for: 1s }', 'a list of xDS types, such as [lds]'],
    ['{ proxies: all, types: [], for: 1s }', 'a list of xDS types, such as [lds]'],
    ['{ proxies: all, types: [lsd], for: 1s }', 'did you mean lds?'],
    ['{ proxies: all, types: [lds] }', 'reject.for: missing'],
    ['{ proxies: all, types: [lds], for: 0s }', 'a duration above zero'],
  ])('%s are refused: %s', (text, problem) => {
    expect(wrong(`{ at: 1s, reject: ${text} }`)).toEqual([expect.stringContaining(problem)]);
  });

  test('by nobody are pointed out', () => {
    const text = 'events: [{ at: 1s, reject: { proxies: shop/*, types: [lds], for: 1s } }]';
    expect(warnings(text)).toEqual([expect.stringContaining('there is no proxy in namespace shop')]);
  });
});

describe('targets', () => {
  test('that do not exist are refused with the nearest one', () => {
    expect(wrong('{ at: 1s, endpoints: { services: shop/crat, ready: 1 } }')).toEqual([
      'test.yaml:3:43: events[0].endpoints.services: expected a Service of the mesh, found "shop/crat" (did you mean shop/cart?)',
    ]);
  });

  test('may be created by another event', () => {
    expect(
      wrong(
        '{ at: 1s, create: [VirtualService], named: app }, { at: 2s, update: { kind: VirtualService, target: default/app-0 } }',
      ),
    ).toEqual([]);
  });

  test('may be one proxy of several', () => {
    expect(wrong('{ at: 1s, proxyUpdate: shop/cart-2 }')).toEqual([]);
    expect(wrong('{ at: 1s, proxyUpdate: shop/cart-3 }')).toHaveLength(1);
    expect(wrong('{ at: 1s, proxyUpdate: shop/cart }')[0]).toContain('there are several: shop/cart-0 is the first');
  });

  test('of which there is none are pointed out', () => {
    expect(warnings('events: [{ at: 1s, delete: { kind: Gateway, target: any } }]')).toEqual([
      'test.yaml:2:53: events[0].delete.target: there is no Gateway, so this event changes nothing',
    ]);
  });
});

describe('names', () => {
  test('count the unnamed events of each kind, and leave written names alone', () => {
    const scenario = load(
      'events: [{ at: 1s, forcedPush: true }, { at: 1s, create: [Service] }, { at: 1s, forcedPush: true, name: burst }, { at: 2s, forcedPush: true }]',
    );
    expect(scenario.events.map(({ name }) => name)).toEqual(['forcedPush-1', 'create-1', 'burst', 'forcedPush-2']);
  });

  test('given by default avoid those that are written', () => {
    const scenario = load('events: [{ at: 1s, forcedPush: true }, { at: 2s, forcedPush: true, name: forcedPush-1 }]');
    expect(scenario.events.map(({ name }) => name)).toEqual(['forcedPush-2', 'forcedPush-1']);
  });

  test('are unique', () => {
    expect(
      problems('events: [{ at: 1s, forcedPush: true, name: a }, { at: 1s, forcedPush: true, name: a }]')[0],
    ).toContain('there are two events called a');
  });
});
