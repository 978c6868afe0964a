/** WorkloadEntries as endpoints of Kubernetes Services (`PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES`, on by default). */
import { type Config, selects } from '../config/configs.js';
import type { ConfigObject } from '../spec.js';
import type { Endpoints } from './endpoint-index.js';
import { groupedByLabels, joined } from './labelled.js';
import type { Service } from './service.js';
import { accountsOf, workloadLabels } from './service-entries.js';

/** Kubernetes Services that the labels of a WorkloadEntry are selected by. */
export function servicesSelecting(services: Iterable<Service>, workload: ConfigObject): readonly Service[] {
  if (workload.kind !== 'WorkloadEntry') return [];
  return [...services].filter((service) => service.entry === undefined && takes(service, workload));
}

/** Of these WorkloadEntries, those that are endpoints of the service. */
export function selectedBy(service: Service, workloads: Iterable<Config>): readonly ConfigObject[] {
  return [...workloads].map(({ object }) => object).filter((workload) => takes(service, workload));
}

/** The Service's own endpoints and these: one shard. */
export function withWorkloads(own: Endpoints, workloads: readonly ConfigObject[]): Endpoints {
  if (workloads.length === 0) return own;
  const accounts = accountsOf([
    ...workloads.map(({ spec }) => spec),
    ...(own.ready > 0 ? own.accounts.split(',').map((serviceAccount) => ({ serviceAccount })) : []),
  ]);
  const labelled = joined(own.ready === 0 ? [] : own.labelled, groupedByLabels(workloads.map(workloadLabels)));
  return { ready: own.ready + workloads.length, accounts, labelled };
}

function takes({ spec: { namespace, selector } }: Service, workload: ConfigObject): boolean {
  if (selector === undefined || Object.keys(selector).length === 0 || namespace !== workload.namespace) return false;
  return selects(selector, workloadLabels(workload));
}
