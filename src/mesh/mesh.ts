/**
 * The mesh as istiod's informers hold it now: mutated by events as they arrive, read by event handlers, copied into
 * immutable tables when a push context is built.
 */

import { type ContextPart, EVERY_PART } from '../istio/context-parts.js';
import type { ConfigKind } from '../istio/kinds.js';
import { readDestinationRule } from './config/configs.js';
import { rootsOf } from './config/delegates.js';
import { hostMatches } from './hosts.js';
import type { ConfigKey } from './keys.js';
import { MeshObjects } from './mesh-objects.js';
import { servicesSelecting } from './services/selected-workloads.js';
import type { Service } from './services/service.js';
import type { ConfigObject } from './spec.js';
import { buildTables, type MeshTables } from './tables.js';

export type { MeshTables } from './tables.js';

export class Mesh extends MeshObjects {
  /** The VirtualServices whose routes this delegate is part of. */
  rootsOf(delegate: ConfigKey): readonly ConfigKey[] {
    return rootsOf(this.configs('VirtualService'), delegate);
  }

  /** Kubernetes Services that the labels of a WorkloadEntry are selected by. */
  servicesSelecting(workload: ConfigObject): readonly Service[] {
    return servicesSelecting(this.services, workload);
  }

  /** Host of a DestinationRule; undefined when it is gone. */
  ruleHost(key: ConfigKey): string | undefined {
    const rule = this.config(key);
    return rule === undefined ? undefined : readDestinationRule(rule).host;
  }

  ruleHosts(): Map<ConfigKey, string> {
    return new Map(this.configs('DestinationRule').map((rule) => [rule.key, readDestinationRule(rule).host]));
  }

  /** Services that a DestinationRule with this host applies to. */
  servicesAt(host: string): readonly ConfigKey[] {
    return [...this.services].filter((service) => hostMatches(host, service.spec.host)).map((service) => service.key);
  }

  /** Tables for push context `contextNumber`: the named parts from the present state, the others from `previous`. */
  tables(contextNumber: number, previous?: MeshTables, parts: Iterable<ContextPart> = EVERY_PART): MeshTables {
    const { rootNamespace, rules } = this;
    const configs = (kind: ConfigKind) => this.configs(kind);
    return buildTables(
      {
        contextNumber,
        rootNamespace,
        rules,
        services: this.services,
        configs,
        virtualServiceKey: (namespace, name) => this.keys.of('VirtualService', namespace, name),
      },
      previous,
      parts,
    );
  }
}
