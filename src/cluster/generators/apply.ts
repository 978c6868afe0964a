import { canonical, editOf } from '../cluster-state.js';
import type { AppliedObject, ApplyObjects, SliceSpec } from '../event-spec.js';
import { type Effect, type EffectEnvironment, putConfig, setReady } from './effect-environment.js';

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
  else if (canonical({ ...live.spec, endpoints: 0 }) === canonical({ ...service, endpoints: 0 })) return;
  else live.spec = { ...service, endpoints: live.spec.endpoints };
  emit({ of: 'service', action: 'write', service });
}

/** The slice takes the place of the one of its name, or of all endpoints that came without slices. */
function applySlice(slice: SliceSpec, environment: EffectEnvironment): void {
  const { cluster } = environment;
  const service = { namespace: slice.namespace, name: slice.service };
  const live = cluster.endpointsOf(service) ?? cluster.putService(unknownService(slice), 0);
  const before = cluster.addressesOf(service);
  cluster.putSlice(slice);
  const after = cluster.addressesOf(service);
  setReady(environment, live, after.size, before.size !== after.size || [...after].some((one) => !before.has(one)));
}

/** Slices may come before their Service: it is known by its host alone. */
function unknownService({ namespace, service }: SliceSpec) {
  const host = `${service}.${namespace}.svc.cluster.local`;
  return { name: service, namespace, host, ports: [], resolution: 'client', exportTo: [], endpoints: 0 } as const;
}
