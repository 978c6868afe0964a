/** What it takes to answer a proxy that has changed what it watches: only what is new to it. */
import { expect, test } from 'vitest';
import type { Added, Generation } from '../../src/cost/model.js';
import { coefficientsOf } from '../../src/cost/profiles/index.js';
import { sizeOf } from '../../src/cost/sizes.js';
import { Simulation } from '../../src/engine/simulation.js';
import { streams } from '../../src/engine/streams.js';
import { MICROSECOND } from '../../src/engine/time.js';
import { meshMachine } from '../../src/experiment/machine.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { ProxySpec } from '../../src/mesh/spec.js';
import type { XdsType } from '../../src/mesh/xds-types.js';
import { PROFILES } from '../../src/pipeline/profiles/index.js';
import { gateway, gatewayPod, meshOf, service, sidecar } from '../support/mesh.js';

const SERVICES = 200;
const PORT = { number: 443, name: 'https', protocol: 'HTTPS' };
const SERVERS = ['one', 'two', 'three'].map((credentialName) => ({
  port: PORT,
  hosts: ['*'],
  tls: { mode: 'SIMPLE', credentialName },
}));

/** A fresh istiod 1.30, what it makes of the type for its one proxy, and what that costs. */
function generating(type: XdsType, pod: ProxySpec, added?: Added) {
  const services = Array.from({ length: SERVICES }, (_, i) => service(`s${i}`));
  const mesh = new Mesh(meshOf({ services, proxies: [pod], configs: [gateway('edge', ...SERVERS)] }));
  const coefficients = coefficientsOf('1.30');
  const all = streams('answers', 0);
  const { cost } = meshMachine(new Simulation(), {
    cores: 1,
    profile: PROFILES['1.30'],
    mesh,
    coefficients,
    speed: () => 1,
    streams: all,
  });
  const proxy = mesh.proxies[0]!;
  const tables = mesh.tables(1);
  const scope = tables.scopes.of(proxy.shape);
  const watched = scope.selection.edsNames(false);
  const generation: Generation = {
    type,
    proxy,
    scope,
    gateway: pod.type === 'gateway' ? tables.gateways.mergedFor(proxy.shape) : undefined,
    tables,
    names: type === 'eds' ? [...watched].slice(0, 1) : undefined,
    added,
    watched,
    delta: false,
    sends: true,
    start: undefined,
  };
  const work = cost.generate(generation);
  let nanos = typeof work === 'number' ? work : 0;
  if (typeof work !== 'number') for (let piece = work(); piece !== undefined; piece = work()) nanos += piece;
  return { micros: nanos / MICROSECOND, bytes: sizeOf(generation, mesh, coefficients.bytes) };
}

test('endpoints of one new cluster are generated without a look at the two hundred others', () => {
  const { walk } = coefficientsOf('1.30').eds;
  const push = generating('eds', sidecar('client'));
  const answer = generating('eds', sidecar('client'), { resources: 1, watched: SERVICES });
  expect(push.bytes).toBe(answer.bytes);
  // The first pass is a cold one.
  expect(push.micros - answer.micros).toBeGreaterThan(SERVICES * walk);
  expect(push.micros - answer.micros).toBeLessThan(2 * SERVICES * walk);
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
