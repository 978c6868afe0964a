/**
 * Sidecar scopes (`model/sidecar.go`, `PushContext.getSidecarScope`): which services, routes and rules proxies of a
 * namespace import, and therefore which changed keys concern them. Evaluated when the first proxy asks and shared by
 * all proxies of the same namespace and Sidecar object.
 */
import { type DestinationRule, type Sidecar, selects, type VirtualService } from '../config/configs.js';
import type { DestinationRuleTable } from '../config/destination-rules.js';
import { hostsOverlap } from '../hosts.js';
import type { ConfigKey } from '../keys.js';
import type { ProxyShape } from '../proxies.js';
import type { Service } from '../services/service.js';
import { NameSet, ServiceSelection, type ServiceTable } from '../services/service-table.js';
import { isVisible } from './visibility.js';

export interface SidecarScope {
  readonly namespace: string;
  readonly sidecar: Sidecar | undefined;
  /** Number of the push context that built the table this scope came from. */
  readonly contextNumber: number;
  readonly selection: ServiceSelection;
  readonly virtualServices: readonly VirtualService[];
  /** Those selected for some service in the scope. */
  readonly destinationRules: readonly DestinationRule[];
  /** Whether a change of this key concerns proxies with this scope. */
  dependsOn(key: ConfigKey): boolean;
  /** Services in the scope for which the DestinationRule of this key is selected. */
  servicesOf(rule: ConfigKey): readonly ConfigKey[];
  /** What Envoy asks endpoints for: the services of the selection, and the subsets that the selected rules define. */
  edsNames(gateway: boolean): NameSet<ConfigKey>;
}

export interface ScopeInputs {
  readonly contextNumber: number;
  readonly rootNamespace: string;
  readonly services: ServiceTable;
  readonly virtualServices: readonly VirtualService[];
  readonly virtualServiceKey: (namespace: string, name: string) => ConfigKey;
  readonly destinationRules: DestinationRuleTable;
  /** Oldest first. */
  readonly sidecars: readonly Sidecar[];
}

/** All scopes of one push context that rebuilt them; carried over by contexts that do not. */
export class ScopeTable {
  readonly #byShape = new Map<ProxyShape, SidecarScope>();
  readonly #shared = new Map<Sidecar | undefined, Map<string, SidecarScope>>();
  /** Scopes evaluated so far: what lazy evaluation has cost. */
  evaluated = 0;

  constructor(readonly inputs: ScopeInputs) {}

  /** Gateways and waypoints always use the default scope of their namespace. */
  of(shape: ProxyShape): SidecarScope {
    let scope = this.#byShape.get(shape);
    if (scope === undefined) {
      scope = this.#evaluateOnce(shape.type === 'sidecar' ? this.#sidecarFor(shape) : undefined, shape.namespace);
      this.#byShape.set(shape, scope);
    }
    return scope;
  }

  #evaluateOnce(sidecar: Sidecar | undefined, namespace: string): SidecarScope {
    let byNamespace = this.#shared.get(sidecar);
    if (byNamespace === undefined) {
      byNamespace = new Map();
      this.#shared.set(sidecar, byNamespace);
    }
    let scope = byNamespace.get(namespace);
    if (scope === undefined) {
      scope = evaluateScope(this.inputs, sidecar, namespace);
      byNamespace.set(namespace, scope);
      this.evaluated += 1;
    }
    return scope;
  }

  /** Own namespace first (with a matching selector before without), then the root namespace's selector-less one. */
  #sidecarFor(shape: ProxyShape): Sidecar | undefined {
    const { sidecars, rootNamespace } = this.inputs;
    const own = sidecars.filter((sidecar) => sidecar.object.namespace === shape.namespace);
    return (
      own.find((sidecar) => sidecar.selector !== undefined && selects(sidecar.selector, shape.labels)) ??
      own.find((sidecar) => sidecar.selector === undefined) ??
      sidecars.find((sidecar) => sidecar.object.namespace === rootNamespace && sidecar.selector === undefined)
    );
  }
}

function evaluateScope(inputs: ScopeInputs, sidecar: Sidecar | undefined, namespace: string): SidecarScope {
  const imported =
    sidecar === undefined ? inputs.services.visibleTo(namespace) : inputs.services.importedBy(sidecar, namespace);
  const virtualServices = inputs.virtualServices.filter(
    (route) => route.gateways.includes('mesh') && sees(namespace, route) && egressCovers(sidecar, namespace, route),
  );
  const selection =
    sidecar?.egress === undefined ? imported : withDestinations(imported, virtualServices, inputs, namespace);
  const servicesByRule = selectRules(selection, inputs, namespace);
  const destinationRules = inputs.destinationRules.rules.filter(({ key }) => servicesByRule.has(key));
  const configs = new Set<ConfigKey>([...virtualServices, ...destinationRules].map((config) => config.key));
  if (sidecar !== undefined) configs.add(sidecar.key);
  // 1.17 pushes a delegate under its own name.
  for (const { delegates } of virtualServices) {
    for (const { namespace: owner, name } of delegates) configs.add(inputs.virtualServiceKey(owner, name));
  }
  const namesByType = new Map<boolean, NameSet<ConfigKey>>();
  let namespaces: Set<string> | undefined;
  const importedNamespaces = () => {
    namespaces ??= new Set(selection.services.map((service) => service.spec.namespace));
    return namespaces;
  };
  return {
    namespace,
    sidecar,
    contextNumber: inputs.contextNumber,
    selection,
    virtualServices,
    destinationRules,
    dependsOn(key) {
      switch (key.kind) {
        case 'ServiceEntry':
        case 'Endpoints':
          return selection.has(key.dependency);
        case 'PeerAuthentication':
          return (
            key.namespace === inputs.rootNamespace ||
            key.namespace === namespace ||
            importedNamespaces().has(key.namespace)
          );
        default:
          return configs.has(key);
      }
    },
    servicesOf: (rule) => servicesByRule.get(rule) ?? [],
    edsNames: (gateway) => {
      let names = namesByType.get(gateway);
      if (names === undefined) {
        names = withSubsets(selection.edsNames(gateway), destinationRules, servicesByRule);
        namesByType.set(gateway, names);
      }
      return names;
    },
  };
}

/** Services that imported routes send traffic to come along even when no egress host names them. */
function withDestinations(
  imported: ServiceSelection,
  virtualServices: readonly VirtualService[],
  inputs: ScopeInputs,
  namespace: string,
): ServiceSelection {
  const extra = virtualServices
    .flatMap((route) => route.destinations)
    .flatMap((host) => inputs.services.byHost(host))
    .filter((service) => !imported.has(service.key))
    .filter((service) => isVisible(service.spec.exportTo, service.spec.namespace, namespace));
  const own = [...new Set(extra)];
  return own.length === 0 ? imported : new ServiceSelection([...imported.services, ...own], own, imported);
}

function egressCovers(sidecar: Sidecar | undefined, namespace: string, route: VirtualService): boolean {
  if (sidecar?.egress === undefined) return true;
  return sidecar.egress.some((egress) => {
    const owner = egress.namespace === '.' ? namespace : egress.namespace;
    if (owner !== '*' && owner !== route.object.namespace) return false;
    return route.hosts.some((host) => hostsOverlap(egress.host, host));
  });
}

/** For each DestinationRule that is selected for some service of the selection: those services. */
function selectRules(
  selection: ServiceSelection,
  inputs: ScopeInputs,
  namespace: string,
): ReadonlyMap<ConfigKey, readonly ConfigKey[]> {
  const servicesByRule = new Map<ConfigKey, ConfigKey[]>();
  for (const service of servicesWithRules(selection, inputs)) {
    for (const { key } of inputs.destinationRules.selectedFor(service, namespace)) {
      const services = servicesByRule.get(key);
      if (services === undefined) servicesByRule.set(key, [service.key]);
      else services.push(service.key);
    }
  }
  return servicesByRule;
}

/** Most services have no rule: where all rules name their host, only the named ones are looked at. */
function servicesWithRules(selection: ServiceSelection, inputs: ScopeInputs): readonly Service[] {
  const { hosts } = inputs.destinationRules;
  if (hosts === undefined) return selection.services;
  return [...hosts].flatMap((host) => inputs.services.byHost(host)).filter(({ key }) => selection.has(key));
}

function withSubsets(
  services: NameSet<ConfigKey>,
  rules: readonly DestinationRule[],
  servicesByRule: ReadonlyMap<ConfigKey, readonly ConfigKey[]>,
): NameSet<ConfigKey> {
  const subsets = rules.flatMap((rule) =>
    (servicesByRule.get(rule.key) ?? [])
      .filter((service) => services.has(service))
      .flatMap((service) => rule.subsets.map(({ name, labels }) => service.subset(name, labels))),
  );
  return subsets.length === 0 ? services : new NameSet([...services, ...subsets]);
}

function sees(namespace: string, config: VirtualService): boolean {
  return isVisible(config.exportTo, config.object.namespace, namespace);
}
