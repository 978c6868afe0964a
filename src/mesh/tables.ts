/**
 * What a push context takes from the mesh: immutable tables, built from the objects as they are when it is built, or
 * taken over by reference from the context before.
 */
import { type ContextPart, EVERY_PART } from '../istio/context-parts.js';
import type { ConfigKind } from '../istio/kinds.js';
import { type Config, readDestinationRule, readGateway, readSidecar, type VirtualService } from './config/configs.js';
import { mergeDelegates } from './config/delegates.js';
import { DestinationRuleTable } from './config/destination-rules.js';
import { GatewayTable, type MergedGateway } from './config/gateway-table.js';
import type { ConfigKey } from './keys.js';
import type { MeshRules } from './rules.js';
import { ScopeTable } from './scopes/sidecar-scope.js';
import type { Service } from './services/service.js';
import { ServiceTable } from './services/service-table.js';

export interface MeshTables {
  readonly services: ServiceTable;
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: DestinationRuleTable;
  readonly gateways: GatewayTable;
  readonly scopes: ScopeTable;
  /** VirtualServices bound to one of the merged Gateway objects. */
  boundTo(gateway: MergedGateway): Bound;
}

/** The objects to build from. */
export interface TableInputs {
  readonly contextNumber: number;
  readonly rootNamespace: string;
  readonly rules: MeshRules;
  readonly services: Iterable<Service>;
  configs(kind: ConfigKind): readonly Config[];
  virtualServiceKey(namespace: string, name: string): ConfigKey;
}

/** The named parts from the present objects, the others from `previous`. */
export function buildTables(
  inputs: TableInputs,
  previous: MeshTables | undefined,
  parts: Iterable<ContextPart>,
): MeshTables {
  const { contextNumber, rootNamespace, rules } = inputs;
  const rebuilt = new Set(previous === undefined ? EVERY_PART : parts);
  const take = <T>(part: ContextPart, build: () => T, old: T | undefined): T =>
    rebuilt.has(part) || old === undefined ? build() : old;
  const services = take('services', () => new ServiceTable([...inputs.services]), previous?.services);
  const virtualServices = take(
    'virtualServices',
    () => mergeDelegates(inputs.configs('VirtualService')),
    previous?.virtualServices,
  );
  const destinationRules = take(
    'destinationRules',
    () => new DestinationRuleTable(inputs.configs('DestinationRule').map(readDestinationRule), rootNamespace),
    previous?.destinationRules,
  );
  const gateways = take(
    'gateways',
    () => new GatewayTable(inputs.configs('Gateway').map(readGateway), rules.gatewaysInOwnNamespace),
    previous?.gateways,
  );
  const scopes = take(
    'scopes',
    () => {
      const sidecars = inputs.configs('Sidecar').map(readSidecar);
      sidecars.sort((a, b) => a.age - b.age);
      return new ScopeTable({
        contextNumber,
        rootNamespace,
        services,
        virtualServices,
        virtualServiceKey: inputs.virtualServiceKey,
        destinationRules,
        sidecars,
      });
    },
    previous?.scopes,
  );
  return {
    services,
    virtualServices,
    destinationRules,
    gateways,
    scopes,
    boundTo: (gateway) => countBound(virtualServices, gateway),
  };
}

/** The VirtualServices bound to a gateway's Gateways, and what their routes consist of. */
export interface Bound {
  readonly virtualServices: number;
  /** Routes beyond the first of each. */
  readonly extraRoutes: number;
  readonly headerMatches: number;
}

const bound = new WeakMap<readonly unknown[], Map<MergedGateway, Bound>>();

function countBound(routes: MeshTables['virtualServices'], gateway: MergedGateway): Bound {
  let byGateway = bound.get(routes);
  if (byGateway === undefined) {
    byGateway = new Map();
    bound.set(routes, byGateway);
  }
  let counts = byGateway.get(gateway);
  if (counts === undefined) {
    const names = new Set(gateway.gateways.map(({ object }) => `${object.namespace}/${object.name}`));
    const mine = routes.filter((route) => route.gateways.some((name) => names.has(name)));
    counts = {
      virtualServices: mine.length,
      extraRoutes: mine.reduce((sum, route) => sum + Math.max(0, route.httpRoutes - 1), 0),
      headerMatches: mine.reduce((sum, route) => sum + route.headerMatches, 0),
    };
    byGateway.set(gateway, counts);
  }
  return counts;
}
