/** A fresh istiod that generates for single proxies, without the pipeline around it. */

import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import type { CostModel, Generation } from '../../src/cost/model.js';
import { streams } from '../../src/engine/random/streams.js';
import { Simulation } from '../../src/engine/simulation.js';
import { MICROSECOND } from '../../src/engine/time.js';
import { meshMachine } from '../../src/fleet/machine.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import { profileOf } from '../../src/istio/profile.js';
import type { XdsType } from '../../src/istio/xds-types.js';
import type { Mesh } from '../../src/mesh/mesh.js';
import type { Proxy } from '../../src/mesh/proxies.js';

export function costOf(version: IstioVersion, mesh: Mesh): CostModel {
  const coefficients = coefficientsOf(version);
  const options = { cores: 1, profile: profileOf(version), mesh, coefficients, speed: () => 1 };
  return meshMachine(new Simulation(), { ...options, streams: streams('generation', 0) }).cost;
}

/** One message for the proxy, as of the mesh now. */
export function generationFor(mesh: Mesh, proxy: Proxy, type: XdsType, parts: Partial<Generation> = {}): Generation {
  const tables = mesh.tables(1);
  const scope = tables.scopes.of(proxy.shape);
  const isGateway = proxy.shape.type === 'gateway';
  return {
    type,
    proxy,
    scope,
    gateway: isGateway ? tables.gateways.mergedFor(proxy.shape) : undefined,
    tables,
    names: undefined,
    added: undefined,
    watched: scope.edsNames(isGateway),
    delta: false,
    sends: true,
    start: undefined,
    ...parts,
  };
}

/** CPU of all pieces of generating it. */
export function microsOf(cost: CostModel, generation: Generation): number {
  const work = cost.generate(generation);
  let nanos = typeof work === 'number' ? work : 0;
  if (typeof work !== 'number') for (let piece = work(); piece !== undefined; piece = work()) nanos += piece;
  return nanos / MICROSECOND;
}
