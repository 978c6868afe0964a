import { describe, expect, test } from 'vitest';
import { load, problems } from '../helpers.js';

const env = (text: string, version = '1.30') => problems(`istio: "${version}"\nistiod:\n  env: { ${text} }`);

describe("istiod's environment", () => {
  test.each([
    ['PILOT_DEBOUNCE_AFTER: 2500ms'],
    ['PILOT_DEBOUNCE_AFTER: "0"'],
    ['PILOT_PUSH_THROTTLE: 0'],
    ['PILOT_PUSH_THROTTLE: "100"'],
    ['PILOT_MAX_REQUESTS_PER_SECOND: 2.5'],
    ['PILOT_ENABLE_EDS_DEBOUNCE: true'],
    ['PILOT_ENABLE_EDS_DEBOUNCE: "F"'],
    ['CLUSTER_ID: east'],
  ])('{ %s } is accepted', (text) => {
    expect(env(text)).toEqual([]);
  });

  test.each([
    [
      'PILOT_DEBOUNCE_AFTER: 100',
      'a duration with a unit, such as 100ms, 2.5s or 1m30s, found "100" (write the unit: 100s or 100ms)',
    ],
    ['PILOT_DEBOUNCE_AFTER: -1s', 'a duration of zero or more, found "-1s"'],
    ['PILOT_PUSH_THROTTLE: 1.5', 'a whole number, found "1.5"'],
    ['PILOT_PUSH_THROTTLE: many', 'a whole number, found "many"'],
    ['PILOT_ENABLE_EDS_DEBOUNCE: yes', 'true or false, found "yes" (istiod would ignore this value)'],
    [
      'PILOT_PUSH_TROTTLE: 5',
      'an environment variable of istiod 1.30, found "PILOT_PUSH_TROTTLE" (did you mean PILOT_PUSH_THROTTLE?)',
    ],
    [
      'PILOT_XDS_SEND_TIMEOUT: 5s',
      'an environment variable of istiod 1.30, found "PILOT_XDS_SEND_TIMEOUT" (releases that have it: up to 1.21.6)',
    ],
    ['constructor: 5s', 'an environment variable of istiod 1.30, found "constructor"'],
  ])('{ %s } is refused: expected %s', (text, expected) => {
    expect(env(text)).toEqual([expect.stringContaining(`expected ${expected}`)]);
  });

  test('has a throttle of 0 only where 0 means automatic', () => {
    expect(env('PILOT_PUSH_THROTTLE: 0', '1.17')[0]).toContain('with 0 this version lets nothing pass');
    expect(env('PILOT_PUSH_THROTTLE: 0', '1.30')).toEqual([]);
  });

  test('lets everybody in with an admission limit of 0 in 1.17, where 0 means none', () => {
    expect(env('PILOT_MAX_REQUESTS_PER_SECOND: 0', '1.17')).toEqual([]);
  });

  test('spells booleans one way, however Go would read them', () => {
    const scenario = load(
      'istiod: { env: { PILOT_ENABLE_EDS_DEBOUNCE: "0", PILOT_ENABLE_XDS_CACHE: T, PILOT_DEBOUNCE_MAX: 5s } }',
    );
    expect(scenario.istiod.env).toEqual({
      PILOT_ENABLE_EDS_DEBOUNCE: 'false',
      PILOT_ENABLE_XDS_CACHE: 'true',
      PILOT_DEBOUNCE_MAX: '5s',
    });
  });

  test('sends the protocol switch of the proxy where it belongs', () => {
    expect(env('ISTIO_DELTA_XDS: true')[0]).toContain('say istiod.xds: sotw or delta instead');
  });
});
