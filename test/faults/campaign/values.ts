/** What people and enemies write: names, numbers and units, right and wrong. */
import type { Draw } from './draw.js';

export const NAMES = ['cart', 'pay', 'shop', 'data', 'web-0', 'svc-0', 'istio-system', 'default'] as const;
const PLACES = ['shop/cart', 'shop/*', 'shop/svc-0', 'data/db', '*', 'any', 'each', 'all', 'a/b/c', '/'] as const;
const DURATIONS = ['1s', '100ms', '2.5s', '1m30s', '0s', '10ms', '500us', '3h', '1ns', '2501h', '-1s', '5'] as const;
const RATES = ['3/s', '90/m', '1/250ms', '1000/s', '1e9/s', '0/s', '12/h', '1/0s'] as const;
const QUANTITIES = ['500m', '2', '200Ki', '2Gi', '1e3', '0', '999Ei', '1.5', '10%', '100%', '-1', '2GB'] as const;
const VERSIONS = ['1.17', '1.20', '1.24.6', '1.30', '1.31', '1.32-dev', '1.99', '2', 'v1.30'] as const;
const READY = ['+1', '-1', '+1/-1', '2..5', 3, 0, '5..2', '+0', '-2', '99999'] as const;
const THRESHOLDS = [
  'staleness.p99 < 2s',
  'pilot_xds_pushes.total < 100',
  'pilot_xds_pushes{type=cds}.total == 3',
  'bytes{group=shop/cart,type=lds}.max < 1Mi',
  'staleness{source=x}.p99 < 1s',
  'time_to_ready.last < 1s',
  'memory_share < 1',
  'nonsense.p99 < 1',
  'staleness.p99 < 1Mi',
  'staleness{a={b}}.p99 <',
] as const;
const HOSTILE = [
  '',
  ' ',
  '\u001b[2J',
  'x/../../../etc/passwd',
  '/dev/zero',
  '__proto__',
  'constructor',
  'toString',
  '=cmd|a',
  '<script>',
  '\u0000',
  '\u202e',
  'é',
  '💥',
  'a\nb',
  '$(touch x)',
  '%s%n',
  'x'.repeat(300),
  'null',
  '~',
  'on',
] as const;
const NUMBERS = [0, 1, 2, 3, 10, -1, 0.5, 1e9, 1e300, -1e300, 2 ** 31, 2 ** 53, 5e-324, 65_535, 100_001] as const;
const POOLS = [NAMES, PLACES, DURATIONS, RATES, QUANTITIES, VERSIONS, READY, THRESHOLDS, HOSTILE, NUMBERS] as const;

/** Any leaf. */
export function leaf(draw: Draw): unknown {
  switch (draw.below(12)) {
    case 0:
      return draw.chance(0.5);
    case 1:
      return null;
    case 2:
      return [];
    case 3:
      return { toString: 5 };
    default:
      return draw.of<unknown>(draw.of<readonly unknown[]>(POOLS));
  }
}

/** By the name of a field: mostly what belongs there. */
const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  istio: VERSIONS.slice(0, 6),
  upgrade: VERSIONS.slice(0, 6),
  namespace: ['shop', 'data', 'istio-system'],
  name: NAMES,
  named: NAMES,
  host: ['cart', 'cart.shop.svc.cluster.local', 'api.example.com'],
  service: ['shop/cart', 'shop/svc-0', 'api.example.com'],
  services: [0, 1, 2, 5, 'any', 'each', 'shop/cart', 'shop/*'],
  target: ['any', 'each', 'shop/*', 'shop/svc-0', 'shop/cart'],
  proxies: ['all', 'shop/*', 'shop/cart', 1, 3, '1 per endpoint', '2 per service'],
  endpoints: [0, 1, 2, 5],
  ready: READY.slice(0, 6),
  poisson: RATES.slice(0, 3),
  deploys: ['12/h', '1/s'],
  rollout: ['shop/cart', 'shop/*'],
  scale: ['istiod', 'shop/cart'],
  to: [1, 2, '+1', '-1'],
  restart: ['istiod'],
  copies: [1, 2, 3],
  count: [0, 1, 2, 4],
  repeat: [1, 2, 5],
  replicas: [1, 2, 3],
  cpu: ['1', '2', '500m', '80%'],
  memory: ['2Gi', '256Mi', '64Mi'],
  exportTo: [['*'], ['.'], ['~'], ['shop']],
  duration: ['2s', '5s', '10s'],
  warmUp: ['0s', '1s'],
  seed: ['1', 7, 'a'],
  replications: [1, 2],
  shape: [1, 2, 0.5],
  sigma: [0.4, 1],
  speed: [1, 0.5, 2],
  file: ['missing.yaml', '/dev/zero', '.', 'x\u0000y', 'inside.yaml'],
  thresholds: [THRESHOLDS.slice(0, 7)],
  surge: ['25%', 1],
  unavailable: ['25%', 0],
  pods: [1, 2, 4, '10/m'],
  labels: [{ app: 'cart' }, { 'istio.io/rev': 'x' }],
};
const FITTING_DURATIONS = ['0s', '1s', '100ms', '2s', '500ms', '5s'] as const;

/** A value for a field of this name, told as the JSON Schema tells it. */
export function fitting(name: string, description: string, draw: Draw): unknown {
  if (draw.chance(0.03)) return leaf(draw);
  const known = Object.hasOwn(FITTING, name) ? FITTING[name] : undefined;
  if (known !== undefined) return draw.of(known);
  if (description.includes('duration')) return draw.of(FITTING_DURATIONS);
  return draw.of<unknown>([...NAMES, ...FITTING_DURATIONS, 1, 2]);
}
