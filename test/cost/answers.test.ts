/** What it takes to answer a proxy that has changed what it watches: only what is new to it. */
import { expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import type { Added } from '../../src/cost/model.js';
import { sizeOf } from '../../src/cost/sizes.js';
import type { XdsType } from '../../src/istio/xds-types.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { ProxySpec } from '../../src/mesh/spec.js';
import { costOf, generationFor, microsOf } from '../support/generation.js';
import { gateway, gatewayPod, meshOf, service, sidecar } from '../support/mesh.js';

const SERVICES = 200;
const PORT = { number: 443, name: 'https', protocol: 'HTTPS' };
const SERVERS = ['one', 'two', 'three'].map((credentialName) => ({
  port: PORT,
  hosts: ['*'],
  tls: { mode: 'SIMPLE', credentialName },
}));

/** What a fresh istiod 1.30 makes of the type for its one proxy, and what that costs. */
function generating(type: XdsType, pod: ProxySpec, added?: Added) {
  const services = Array.from({ length: SERVICES }, (_, i) => service(`s${i}`));
  const mesh = new Mesh(meshOf({ services, proxies: [pod], configs: [gateway('edge', ...SERVERS)] }));
  const whole = generationFor(mesh, mesh.proxies[0]!, type, { added });
  const generation = type === 'eds' ? { ...whole, names: [...whole.watched!].slice(0, 1) } : whole;
  return {
    micros: microsOf(costOf('1.30', mesh), generation),
    bytes: sizeOf(generation, mesh, coefficientsOf('1.30').bytes),
  };
}

test('endpoints of one new cluster are generated without a look at the two hundred others', () => {
  const { walk } = coefficientsOf('1.30').eds;
  const push = generating('eds', sidecar('client'));
  const answer = generating('eds', sidecar('client'), { resources: 1, watched: SERVICES });
  expect(push.bytes).toBe(answer.bytes);
  // The first pass is a cold one.
  expect(push.micros - answer.micros).toBeGreaterThan(SERVICES * walk);
  expect(push.micros - answer.micros).toBeLessThan(3.1 * SERVICES * walk);
});

test.each([
  ['a gateway', gatewayPod('istio-system/edge')],
  ['a sidecar', sidecar('client')],
])('one new route of three of %s is a third of the work and of the bytes', (_, pod) => {
  const whole = generating('rds', pod);
  const third = generating('rds', pod, { resources: 1, watched: 3 });
  expect(third.bytes).toBeCloseTo(whole.bytes / 3, 6);
  expect(third.micros).toBeCloseTo(whole.micros / 3, 2);
  expect(third.bytes).toBeGreaterThan(0);
});
