import type { PodSpec, ServiceSpec, SliceSpec } from '../../mesh/spec.js';
import { canonical, editOf } from '../cluster-state.js';
import type { AppliedObject, ApplyObjects } from '../event-spec.js';
import { type Effect, type EffectEnvironment, endpointsOf, putConfig } from './effect-environment.js';

export function applyObjects(what: ApplyObjects, environment: EffectEnvironment): Effect {
  const { sim } = environment;
  return () => {
    for (const [position, applied] of what.objects.entries()) {
      sim.after(position * what.spacing, () => applyObject(applied, environment));
    }
  };
}

function applyObject(applied: AppliedObject, environment: EffectEnvironment): void {
  const { cluster, emit } = environment;
  if (applied.of === 'slice') {
    applySlice(applied.slice, environment);
    return;
  }
  if (applied.of === 'pod') {
    applyPod(applied.pod, environment);
    return;
  }
  if (applied.of === 'config') {
    const { object } = applied;
    const edit = editOf(cluster.config(object.kind, object), object);
    if (edit !== undefined) putConfig(environment, object, edit);
    return;
  }
  const { service } = applied;
  const live = cluster.service(service);
  if (live === undefined) cluster.putService(service, 0);
  // A Service does not say how many endpoints it has: those it has stay.
  else if (canonical(defined(live.spec)) === canonical(defined(service))) return;
  else live.spec = { ...service, endpoints: live.spec.endpoints };
  emit({ of: 'service', action: 'write', service });
}

/** The slice takes the place of the one of its name, or of all endpoints that came without slices. */
function applySlice(slice: SliceSpec, environment: EffectEnvironment): void {
  const { cluster, emit } = environment;
  const service = { namespace: slice.namespace, name: slice.service };
  const live = cluster.endpointsOf(service) ?? cluster.putService(unknownService(slice), 0);
  const { changed, attributesOnly, ready, labelled, accounts } = cluster.slices.write(slice);
  // As many as came without slices are other ones now.
  const isOther = changed || live.ready !== ready;
  Object.assign(live, { ready, labelled, accounts });
  emit({ ...endpointsOf(live), changed: isOther, ...(attributesOnly ? { attributesOnly } : {}) });
}

/** New to istiod it is a proxy that connects; with other labels it is another endpoint of the services that select it. */
function applyPod(pod: PodSpec, environment: EffectEnvironment): void {
  const { cluster, proxies, emit } = environment;
  const { namespace, name, labels } = pod;
  const before = cluster.slices.pod(namespace, name);
  cluster.slices.putPod(pod);
  if (before !== undefined && canonical(before.labels) === canonical(labels)) return;
  const position = proxies.findIndex((proxy) => proxy.namespace === namespace && proxy.name === name);
  const relabelled =
    before === undefined
      ? []
      : cluster.servicesSelecting(namespace, labels).map((live) => {
          Object.assign(live, cluster.slices.endpointsOf(namespace, live.spec.name));
          return { ...endpointsOf(live), changed: true };
        });
  emit({ of: 'pod', proxy: position < 0 ? undefined : position, namespace, relabelled });
}

/** What a Service says: its endpoints are said elsewhere. */
function defined({ endpoints: _endpoints, labelled: _labelled, accounts: _accounts, ...spec }: ServiceSpec): object {
  return spec;
}

/** Slices may come before their Service: it is known by its host alone. */
function unknownService({ namespace, service }: SliceSpec) {
  const host = `${service}.${namespace}.svc.cluster.local`;
  return { name: service, namespace, host, ports: [], resolution: 'client', exportTo: [], endpoints: 0 } as const;
}
