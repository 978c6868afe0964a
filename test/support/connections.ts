/** Connections as the planner and the queue see them, without streams: registered, synced, watching what they use. */

import type { IstioVersion, Profile } from '../../src/istio/profile.js';
import { profileOf } from '../../src/istio/profile.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { MeshSpec } from '../../src/mesh/spec.js';
import { createPlanner, type Planner } from '../../src/pipeline/6-push/plan/planner.js';
import type { PushPlan } from '../../src/pipeline/6-push/plan/push-plan.js';
import { Connection } from '../../src/pipeline/model/connection.js';
import { ConnectionRegistry } from '../../src/pipeline/model/connection-registry.js';
import type { PushContext } from '../../src/pipeline/model/push-context.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import { defaultOptions, type IstiodOptions, meshRules } from '../../src/pipeline/options.js';
import { meshOf, sidecar } from './mesh.js';
import { type Requests, requestsOf } from './request.js';

export interface Plans {
  readonly mesh: Mesh;
  readonly profile: Profile;
  readonly requests: Requests;
  readonly planner: Planner;
  /** The connection of the proxy with this name; the same one each time. */
  connection(proxy: string): Connection;
  plan(proxy: string, request: PushRequest): PushPlan;
  /** Types that are generated, in order; undefined: the proxy does not need the push. */
  types(proxy: string, request: PushRequest): readonly string[] | undefined;
}

export function plansOf(version: IstioVersion, spec: MeshSpec, options: Partial<IstiodOptions> = {}): Plans {
  const profile = profileOf(version);
  const settings = { ...defaultOptions(profile, 2), ...options };
  const mesh = new Mesh(spec, meshRules(profile, settings));
  const context: PushContext = { number: 1, tables: mesh.tables(1) };
  const registry = new ConnectionRegistry();
  const planner = createPlanner(profile, settings, mesh.rootNamespace, registry);
  const connections = new Map<string, Connection>();

  function connection(name: string): Connection {
    let known = connections.get(name);
    if (known === undefined) {
      const proxy = mesh.proxies.find((candidate) => candidate.name === name);
      if (proxy === undefined) throw new Error(`no proxy is called ${name}`);
      const { scopes, gateways } = context.tables;
      const gateway = proxy.shape.type === 'gateway' ? gateways.mergedFor(proxy.shape) : undefined;
      known = new Connection(registry.table, proxy, context, scopes.of(proxy.shape), gateway);
      known.watch({ cds: true, lds: true, sds: known.referencedSecrets(), nds: gateway === undefined, ecds: true });
      known.watch({ eds: known.referencedEndpoints(), rds: known.referencedRoutes() });
      registry.add(known);
      connections.set(name, known);
    }
    return known;
  }

  const plan = (name: string, request: PushRequest): PushPlan => planner.planFor(connection(name), request);
  return {
    mesh,
    profile,
    requests: requestsOf(version, mesh.keys),
    planner,
    connection,
    plan,
    types(name, request) {
      const { needed, types } = plan(name, request);
      return needed ? types.map(({ type }) => type) : undefined;
    },
  };
}

/** So many connections that differ in nothing, `P1` first: for queues that never look into them. */
export function connections(count: number): readonly Connection[] {
  const names = Array.from({ length: count }, (_, i) => `P${i + 1}`);
  const plans = plansOf('1.17', meshOf({ proxies: names.map((name) => sidecar(name)) }));
  return names.map((name) => plans.connection(name));
}
