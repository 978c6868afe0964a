/** Who pays for evaluating a sidecar scope: the push context, or the first proxy that needs it. */
import { expect, test } from 'vitest';
import { MICROSECOND } from '../../src/engine/time.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { ConfigObject } from '../../src/mesh/spec.js';
import { costOf } from '../support/generation.js';
import { meshOf, ROOT, service, sidecar, sidecarScope } from '../support/mesh.js';

/** Microseconds that the first of two proxies of a namespace takes more than the second. */
function extraOfTheFirst(version: IstioVersion, ...configs: readonly ConfigObject[]): number {
  const proxies = [sidecar('first'), sidecar('second')];
  const mesh = new Mesh(meshOf({ services: [service('cart'), service('pay')], proxies, configs }));
  const tables = mesh.tables(1);
  const cost = costOf(version, mesh);
  const work = mesh.proxies.map((proxy) => ({ proxy, tables, targets: true, scope: true }));
  // Mostly warm by then.
  cost.proxyState({ ...work[0]!, scope: false });
  const [first, second] = work.map((one) => cost.proxyState(one) / MICROSECOND);
  return first! - second!;
}

const OWN = sidecarScope('default', ['./*']);
const ROOTS = sidecarScope(`${ROOT}/default`, ['./*']);

test('in 1.17 the context has paid for the Sidecar of a namespace', () => {
  // What is left is a core that grows warm.
  expect(extraOfTheFirst('1.17', OWN)).toBeLessThan(2);
});

test.each<[what: string, version: IstioVersion, configs: ConfigObject[]]>([
  ['what the Sidecar of the mesh means to its namespace in 1.17', '1.17', [ROOTS]],
  ['what its namespace sees without a Sidecar in 1.17', '1.17', []],
  ['the Sidecar of its namespace in 1.30', '1.30', [OWN]],
  ['what its namespace sees without a Sidecar in 1.30', '1.30', []],
])('the first proxy pays for %s', (_, version, configs) => {
  expect(extraOfTheFirst(version, ...configs)).toBeGreaterThan(3);
});
