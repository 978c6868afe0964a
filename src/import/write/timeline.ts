/** The timeline file: what changed, in order, one JSON object a line, packed in blocks. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import zlib from 'node:zlib';
import { BLOCK_BYTES, gzipBlock } from '../../cluster/timeline/block-gzip.js';
import { KINDS_WITHOUT_SPEC, RESOURCE_KINDS } from '../../istio/resource-kinds.js';
import type { Pseudonyms } from '../anonymise.js';
import type { Change } from '../observed/changes.js';
import type { StateObject } from '../observed/history.js';
import { isConfig, writtenKind } from '../observed/kinds.js';
import { DIGEST, isMeshConfig } from '../observed/object.js';
import type { Body, Micros } from '../observed/sighting.js';
import type { ProxySlots } from './proxy-slots.js';

export interface WrittenTimeline {
  readonly events: number;
}

export interface TimelineParts {
  readonly starts: Micros;
  readonly ends: Micros;
  readonly slices: readonly StateObject[];
  readonly slots: ProxySlots;
  readonly pseudonyms: Pseudonyms | undefined;
}

/** Consumes the changes. The file is there when it is whole. */
export function writeTimeline(path: string, changes: Iterable<Change>, parts: TimelineParts): WrittenTimeline {
  const { starts, ends, slices, slots, pseudonyms } = parts;
  const file = new BlockFile(`${path}.tmp`);
  const iso = new Date(starts / 1000).toISOString();
  file.line({ timeline: 1, starts: iso, lasts: seconds(ends - starts) });
  for (const slice of slices) {
    const shown = pseudonyms?.object(slice) ?? slice;
    file.line({ start: resource(shown) });
  }
  let events = 0;
  for (const change of changes) {
    const written = lineOf(change, slots, pseudonyms);
    if (written === undefined) continue;
    const by = pseudonyms?.actor(change.actor) ?? change.actor;
    file.line({ at: seconds(Math.max(0, change.at - starts)), ...(by === '' ? {} : { by }), ...written });
    events += 1;
  }
  file.close();
  renameSync(`${path}.tmp`, path);
  return { events };
}

function lineOf(change: Change, slots: ProxySlots, pseudonyms: Pseudonyms | undefined): object | undefined {
  const { kind, namespace, name } = change;
  if (kind === 'Pod') return podLine(change, slots, pseudonyms);
  if (kind !== 'Service' && kind !== 'EndpointSlice' && !isConfig(kind)) return undefined;
  if (kind === 'ConfigMap' && isMeshConfig(name)) return { meshConfig: true };
  // What is in it is not kept, so that only its name can tell of a change.
  const isHidden = (kind === 'Secret' || kind === 'ConfigMap') && change.did === 'write' && !change.isNew;
  if (change.did === 'write' && !isHidden) {
    const shown = { kind, namespace, name, body: change.body, resourceVersion: 0 };
    return { apply: resource(pseudonyms?.object(shown) ?? shown) };
  }
  const named = {
    ...(isConfig(kind) ? { apiVersion: RESOURCE_KINDS[kind].apiVersion } : {}),
    kind: writtenKind(kind),
    namespace: pseudonyms?.name(namespace) ?? namespace,
    name: pseudonyms?.name(name) ?? name,
  };
  if (change.did === 'delete') return { delete: named };
  if (change.did === 'metadata') return { metadata: named };
  if (change.did !== 'touch' && !isHidden) return undefined;
  // Kubernetes names a slice after its service, with five characters more.
  const service = name.replace(/-[a-z0-9]{5}$/, '');
  return { touch: kind === 'EndpointSlice' ? { ...named, service: pseudonyms?.name(service) ?? service } : named };
}

/** Pods are no objects of the timeline: their proxies are those of the mesh, and a new Pod takes the place of an old one. */
function podLine(change: Change, slots: ProxySlots, pseudonyms: Pseudonyms | undefined): object | undefined {
  const shown = (text: string): string => pseudonyms?.name(text) ?? text;
  const pod = `${shown(change.namespace)}/${shown(change.name)}`;
  if (change.did === 'pod-gone') {
    slots.free(change.namespace, change.name);
    return { podDeleted: pod };
  }
  if (change.did === 'pod-new') {
    slots.of(change.namespace, change.name, change.pod, change.body);
    return { podAdded: pod };
  }
  if (change.did !== 'ready') return undefined;
  const slot = slots.of(change.namespace, change.name, change.pod, change.body);
  return slot && { ready: `${shown(change.namespace)}/${shown(slot.workload)}${slot.suffix}` };
}

/** The object as Kubernetes has it, without what Istio does not read. */
export function resource({ kind, namespace, name, body }: Omit<StateObject, 'resourceVersion'>): object {
  const apiVersion =
    kind === 'EndpointSlice' ? 'discovery.k8s.io/v1' : isConfig(kind) ? RESOURCE_KINDS[kind].apiVersion : 'v1';
  const isWhole = kind === 'EndpointSlice' || (isConfig(kind) && KINDS_WITHOUT_SPEC.has(kind));
  const { [DIGEST]: _digest, ...spec } = body.spec;
  const content = isWhole ? spec : { spec };
  return { apiVersion, kind: writtenKind(kind), metadata: metadataOf(namespace, name, kind, body), ...content };
}

function metadataOf(namespace: string, name: string, kind: string, { labels, annotations }: Body): object {
  // Of a slice only its service matters.
  const kept = kind === 'EndpointSlice' ? pick(labels, 'kubernetes.io/service-name') : labels;
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(Object.keys(kept).length === 0 ? {} : { labels: kept }),
    ...(Object.keys(annotations).length === 0 || kind === 'EndpointSlice' ? {} : { annotations }),
  };
}

function pick(labels: Readonly<Record<string, string>>, key: string): Record<string, string> {
  const value = labels[key];
  return value === undefined ? {} : { [key]: value };
}

export function seconds(micros: Micros): string {
  const whole = Math.floor(micros / 1e6);
  const rest = String(Math.round(micros - whole * 1e6))
    .padStart(6, '0')
    .replace(/0+$/, '');
  return rest === '' ? `${whole}s` : `${whole}.${rest}s`;
}

/** Blocks are cut between lines. */
class BlockFile {
  readonly #file: number;
  #held: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  line(value: object): void {
    const text = `${JSON.stringify(value)}\n`;
    this.#size += Buffer.byteLength(text);
    this.#held.push(text);
    if (this.#size >= BLOCK_BYTES / 2) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#held.join(''));
    this.#held = [];
    this.#size = 0;
    // One long line may need several blocks.
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
      writeSync(this.#file, gzipBlock(bytes.subarray(at, at + BLOCK_BYTES), { zlib }));
  }
}
