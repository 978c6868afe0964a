/**
 * What istiod's informers see: one write or delete of one object that istiod watches.
 */

import type { Nanos } from '../../engine/time.js';
import type { ConfigKind } from '../../istio/kinds.js';
import type { ConfigObject, LabelledEndpoints, ServiceSpec } from '../../mesh/spec.js';

export type WatchEvent =
  | ServiceEvent
  | EndpointsEvent
  | ConfigEvent
  | PodEvent
  /** MeshConfig or networks changed. */
  | { readonly of: 'mesh' };

/** A pod became ready or changed labels: its own proxy is pushed, past the debounce. */
export interface PodEvent {
  readonly of: 'pod';
  /** Undefined for a pod without one. */
  readonly proxy: number | undefined;
  readonly namespace?: string;
  /** Its labels are others: endpoints of the services that select it now, as they are with them. */
  readonly relabelled?: readonly EndpointsEvent[];
}

/** Of a Kubernetes Service. */
export type ServiceEvent =
  | { readonly of: 'service'; readonly action: 'write'; readonly service: ServiceSpec }
  | { readonly of: 'service'; readonly action: 'delete'; readonly namespace: string; readonly host: string };

/** One EndpointSlice write; `ready` is the service's number of ready endpoints afterwards. */
export interface EndpointsEvent {
  readonly of: 'endpoints';
  readonly namespace: string;
  readonly host: string;
  readonly ready: number;
  /** Whether any endpoint differs; for a slice rewritten unchanged see the rule `equal-endpoints`. */
  readonly changed: boolean;
  /** How long the endpoints that were taken out go on serving, where that is known. */
  readonly serves?: Nanos;
  /** Only weights, labels or localities differ, no address. */
  readonly attributesOnly?: boolean;
  /** Union of the endpoints' service accounts. */
  readonly accounts?: string;
  /** In the slice that was written: at most 100 of the service's (the default of Kubernetes' slice controller). */
  readonly addresses?: number;
  /** The ready endpoints by their labels, where those are known. */
  readonly labelled?: readonly LabelledEndpoints[] | undefined;
}

/** Of any other object. */
export type ConfigEvent =
  | { readonly of: 'config'; readonly action: 'write'; readonly object: ConfigObject; readonly edit: Edit }
  | {
      readonly of: 'config';
      readonly action: 'delete';
      readonly kind: ConfigKind;
      readonly namespace: string;
      readonly name: string;
    };

/** What part of a config object a write changed; only the spec pushes, unless a label or annotation names istio.io. */
export type Edit = 'spec' | 'metadata' | 'status';

/** What is left to do for an event whose object is stored already. */
export interface Handler {
  run(): void;
  /** It writes endpoint shards, so it needs their lock. */
  readonly writesShards: boolean;
}

export function isDelete(event: WatchEvent): boolean {
  return (event.of === 'service' || event.of === 'config') && event.action === 'delete';
}

/** Which service the event is about. */
export function serviceOf(event: ServiceEvent): Pick<ServiceSpec, 'namespace' | 'host'> {
  return event.action === 'write' ? event.service : event;
}

/** Which object the event is about. */
export function objectOf(event: ConfigEvent): Pick<ConfigObject, 'kind' | 'namespace' | 'name'> {
  return event.action === 'write' ? event.object : event;
}
