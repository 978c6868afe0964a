/**
 * Writes → what changed: each is compared with the object as it was. What Istio does not read is no change, whatever its
 * resourceVersion says.
 */

import type { History, ObjectName, StateObject, Write } from './history.js';
import { isConfig, type ObservedKind } from './kinds.js';
import { patched } from './patch.js';
import type { PodFacts } from './pod.js';
import type { Body, Micros } from './sighting.js';

export type Change = ObjectName & {
  readonly at: Micros;
  readonly actor: string;
} & (
    | { readonly did: 'write'; readonly isNew: boolean; readonly body: Body }
    | { readonly did: 'delete' }
    /** Labels or annotations alone: what that is worth depends on the release. */
    | { readonly did: 'metadata' }
    /** Written with unknown content. */
    | { readonly did: 'touch' }
    | { readonly did: 'ready'; readonly pod: PodFacts; readonly body: Body }
    | { readonly did: 'pod-new' | 'pod-gone'; readonly pod: PodFacts; readonly body: Body }
  );

export interface ChangeCounts {
  /** By kind and class: `VirtualService spec`. */
  readonly found: Map<string, number>;
  readonly ignored: Map<string, number>;
}

/** The running state, for who needs what is there now. */
export class Cluster {
  readonly #objects = new Map<string, { body: Body; version: number }>();

  constructor(state: readonly StateObject[]) {
    for (const object of state)
      this.#objects.set(keyOf(object), { body: object.body, version: object.resourceVersion });
  }

  get(name: ObjectName): { body: Body; version: number } | undefined {
    return this.#objects.get(keyOf(name));
  }

  set(name: ObjectName, body: Body, version: number): void {
    this.#objects.set(keyOf(name), { body, version });
  }

  delete(name: ObjectName): void {
    this.#objects.delete(keyOf(name));
  }
}

/** In order; counts are complete when it is over. */
export function* changesOf(history: History, counts: ChangeCounts): Generator<Change> {
  const cluster = new Cluster(history.state());
  for (const write of history.writes()) {
    const outcome = outcomeOf(write, cluster);
    for (const change of outcome.changes) {
      add(counts.found, `${write.kind} ${classOf(change)}`);
      yield change;
    }
    if (outcome.why !== undefined) add(counts.ignored, `${write.kind}: ${outcome.why}`);
  }
}

/** Kinds that tell what there is at the start, and no more. */
const NOT_REPLAYED: ReadonlyMap<ObservedKind, string> = new Map([
  ['Namespace', 'not replayed: namespaces have the labels of the start'],
  ['Node', 'not replayed: istiod is told of no node'],
  ['Deployment', 'not replayed: istiod is that of the start, and Pods are told by slices'],
  ['HorizontalPodAutoscaler', 'not replayed: istiod is that of the start'],
]);

interface Outcome {
  readonly changes: readonly Change[];
  readonly why?: string;
}

function outcomeOf(write: Write, cluster: Cluster): Outcome {
  const { kind, at, actor, resourceVersion } = write;
  const name = { kind, namespace: write.namespace, name: write.name };
  const known = cluster.get(name);
  const base = { ...name, at, actor };
  if (write.did === 'delete') {
    if (known === undefined) return nothing('was not there');
    const why = NOT_REPLAYED.get(kind);
    if (why !== undefined) return nothing(why);
    cluster.delete(name);
    if (kind !== 'Pod') return { changes: [{ ...base, did: 'delete' }] };
    const pod = factsOf(known.body);
    return { changes: [{ ...base, did: 'pod-gone', pod, body: known.body }] };
  }
  if (known !== undefined && resourceVersion !== undefined && resourceVersion <= known.version)
    return nothing(resourceVersion === known.version ? 'wrote nothing (same resourceVersion)' : 'older than the dump');
  const body = write.did === 'patch' && known !== undefined ? patched(known.body, write.patch) : write.body;
  if (body === undefined) {
    if (kind === 'Pod') return nothing('content unknown');
    return { changes: [{ ...base, did: 'touch' }] };
  }
  cluster.set(name, body, resourceVersion ?? known?.version ?? 0);
  const why = NOT_REPLAYED.get(kind);
  if (why !== undefined) return nothing(why);
  if (kind === 'Pod') return podOutcome(base, known?.body, body);
  if (known === undefined) return { changes: [{ ...base, did: 'write', isNew: true, body }] };
  return comparison(base, known.body, body);
}

function comparison(base: ObjectName & { at: Micros; actor: string }, before: Body, after: Body): Outcome {
  const { kind } = base;
  const labelsMatter = kind === 'Service' || kind === 'Namespace';
  const sameLabels = isSame(before.labels, after.labels);
  const sameAnnotations = isSame(before.annotations, after.annotations);
  if (!isSame(before.spec, after.spec) || (labelsMatter && !sameLabels) || (kind === 'Service' && !sameAnnotations))
    return { changes: [{ ...base, did: 'write', isNew: false, body: after }] };
  if (sameLabels && sameAnnotations) return nothing('nothing that Istio reads has changed');
  return isConfig(kind) ? { changes: [{ ...base, did: 'metadata' }] } : nothing('labels that Istio does not read');
}

/** A Pod that becomes ready is pushed at once; the rest of its life shows in slices. */
function podOutcome(base: ObjectName & { at: Micros; actor: string }, before: Body | undefined, after: Body): Outcome {
  const pod = factsOf(after);
  const was = before && factsOf(before);
  const changes: Change[] = [];
  if (was === undefined) changes.push({ ...base, did: 'pod-new', pod, body: after });
  if (pod.ready && was?.ready !== true && pod.proxy !== 'none')
    changes.push({ ...base, did: 'ready', pod, body: after });
  return changes.length > 0 ? { changes } : nothing('nothing that concerns its proxy');
}

export function factsOf(body: Body): PodFacts {
  return body.spec as unknown as PodFacts;
}

function classOf(change: Change): string {
  if (change.did !== 'write') return change.did;
  return change.isNew ? 'new' : 'spec';
}

function nothing(why: string): Outcome {
  return { changes: [], why };
}

function keyOf({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace}/${name}`;
}

/** Keys are nearly always in the same order; only when the texts differ is it worth looking closer. */
function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after) || canonical(before) === canonical(after);
}

/** The same text for the same content, in whatever order its keys were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function add(to: Map<string, number>, key: string): void {
  to.set(key, (to.get(key) ?? 0) + 1);
}
