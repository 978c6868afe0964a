import { describe, expect, test } from 'vitest';
import { load, problems, warnings } from '../helpers.js';

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

const warned = (env: string, version: string) => warnings(`istio: "${version}"\nistiod:\n  env: { ${env} }`);

/** As the chart of 1.30 sets them, with values instead of references to fields. */
const CHART_1_30 = [
  'REVISION: default',
  'PILOT_CERT_PROVIDER: istiod',
  'POD_NAME: istiod-0',
  'POD_NAMESPACE: istio-system',
  'SERVICE_ACCOUNT: istiod',
  'KUBECONFIG: /var/run/secrets/remote/config',
  'CA_TRUSTED_NODE_ACCOUNTS: istio-system/ztunnel',
  'PILOT_TRACE_SAMPLING: "1"',
  'PILOT_ENABLE_ANALYSIS: "false"',
  'CLUSTER_ID: Kubernetes',
  'GOMEMLIMIT: "2147483648"',
  'GOMAXPROCS: "2"',
  'PLATFORM: ""',
].join(', ');

describe('what a release has', () => {
  test('the environment of a chart is accepted, with one line for what does not matter', () => {
    expect(env(CHART_1_30)).toEqual([]);
    const told = warned(CHART_1_30, '1.30').filter((line) => line.includes('nothing to do with pushing'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('PILOT_CERT_PROVIDER, POD_NAME, POD_NAMESPACE');
  });

  test('what changes pushing and is not modelled is told by name', () => {
    expect(warned('ENABLE_LAZY_SIDECAR_EVALUATION: false', '1.27')[0]).toContain(
      'ENABLE_LAZY_SIDECAR_EVALUATION is real, but the model does not act upon it',
    );
  });

  test.each([
    ['PILOT_PARTIAL_FULL_PUSHES: true', '1.18', '1.19', 'up to 1.18.7'],
    ['PILOT_XDS_CACHE_INDEX_CLEAR_INTERVAL: 5s', '1.18', '1.17', '1.18.0 and later'],
    ['AMBIENT_SCOPED_ADDRESS_PUSHES: true', '1.30.3', '1.30.2', '1.30.3 and later'],
    ['ENABLE_OPTIMIZED_CONFIG_REBUILD: true', '1.22', '1.23', '1.19.0 to 1.22.8'],
  ])('{ %s } is of %s and not of %s', (text, has, lacks, releases) => {
    expect(env(text, has)).toEqual([]);
    expect(env(text, lacks)[0]).toContain(`(releases that have it: ${releases})`);
  });

  test('what does not matter is accepted in whatever release', () => {
    expect(env('PILOT_CA_CERT_CONFIGMAP: other', '1.17')).toEqual([]);
  });

  test("the agent's variables change nothing on istiod, and that is said", () => {
    expect(env('SECRET_TTL: 24h, ISTIO_META_DNS_CAPTURE: "true"')).toEqual([]);
    expect(warned('SECRET_TTL: 24h, ISTIO_META_DNS_CAPTURE: "true"', '1.30')).toEqual([
      expect.stringContaining(
        'read by the agent beside each proxy and not by istiod, so nothing changes with SECRET_TTL, ISTIO_META_DNS_CAPTURE',
      ),
    ]);
  });

  test.each([
    ['1.20', '"0"', true],
    ['1.21', '"0"', false],
  ])('a throttle of 0 in %s', (version, value, isRefused) => {
    expect(env(`PILOT_PUSH_THROTTLE: ${value}`, version).length > 0).toBe(isRefused);
  });
});
