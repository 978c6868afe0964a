/**
 * What an event is about: which object informers, their selectors and their metrics take it for, and the worker queue of
 * its handler (`pkg/queue`, `config/kube/crdclient`).
 */

import type { Profile } from '../../istio/profile.js';
import type { Config } from '../../mesh/config/configs.js';
import { isSecret, type WatchedKind } from '../../mesh/config/discovery.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { Proxy } from '../../mesh/proxies.js';
import { type EndpointsEvent, objectOf, type PodEvent, serviceOf, type WatchEvent } from '../model/watch-event.js';

export interface Watched {
  readonly kind: WatchedKind;
  /** Empty for what is cluster-wide. */
  readonly namespace: string;
}

export function watched(event: WatchEvent, mesh: Mesh): Watched {
  switch (event.of) {
    case 'service':
      return { kind: 'Service', namespace: serviceOf(event).namespace };
    case 'endpoints':
      return { kind: entryOf(event, mesh) === undefined ? 'Service' : 'ServiceEntry', namespace: event.namespace };
    case 'config':
      return objectOf(event);
    case 'pod':
      return { kind: 'Pod', namespace: event.namespace ?? proxyOf(event, mesh)?.shape.namespace ?? '' };
    case 'mesh':
      return { kind: 'MeshConfig', namespace: '' };
  }
}

function proxyOf({ proxy }: PodEvent, mesh: Mesh): Proxy | undefined {
  return proxy === undefined ? undefined : mesh.proxies[proxy];
}

/** Endpoints of a ServiceEntry's host are a part of that object. */
function entryOf({ namespace, host }: EndpointsEvent, mesh: Mesh): Config | undefined {
  const entry = mesh.service(mesh.serviceKey(namespace, host))?.entry;
  return entry && mesh.config(entry);
}

/** The event as the informer has it. */
export function objectWritten(event: WatchEvent, mesh: Mesh): WatchEvent {
  const entry = event.of === 'endpoints' ? entryOf(event, mesh) : undefined;
  return entry === undefined ? event : { of: 'config', action: 'write', object: entry.object, edit: 'spec' };
}

/**
 * Undefined: on the informer's own goroutine. A pod event is one that became ready; the label changes that 1.17 handles
 * at once are not told apart from it.
 */
export function queueOf(kind: WatchedKind, profile: Profile): string | undefined {
  if (kind === 'MeshConfig' || isSecret(kind)) return undefined;
  if (kind === 'Service' || kind === 'Pod') return 'registry';
  return profile.configStreamPerKind ? kind : 'config';
}
