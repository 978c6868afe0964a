/**
 * One line of a timeline file: when, by whom, and what was written. Objects are real ones, without what Istio does not
 * read.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import { parseGoDuration } from '../../istio/environment/go-duration.js';
import {
  apiGroup,
  KINDS_WITHOUT_SPEC,
  kindsNamed,
  RESOURCE_KINDS,
  type ResourceKind,
} from '../../istio/resource-kinds.js';
import { text } from '../../mesh/config/fields.js';
import type { KubernetesObject } from '../../mesh/services/kubernetes.js';
import type { ConfigObject } from '../../mesh/spec.js';
import type { Named } from '../cluster-state.js';

/** `Service` and `EndpointSlice` beside the kinds of configuration. */
export type TimedKind = ResourceKind | 'Service' | 'EndpointSlice';

export interface ObjectName extends Named {
  readonly kind: TimedKind;
  /** Of an EndpointSlice. */
  readonly service?: string | undefined;
}

export type TimedWrite =
  | { readonly do: 'config'; readonly object: ConfigObject }
  | { readonly do: 'service' | 'slice'; readonly object: KubernetesObject }
  | { readonly do: 'delete'; readonly of: ObjectName }
  /** Written with unknown content, or with labels or annotations alone. */
  | { readonly do: 'touch' | 'metadata'; readonly of: ObjectName }
  /** A Pod that slices name came or went. */
  | { readonly do: 'pod'; readonly pod: Named; readonly isThere: boolean }
  /** MeshConfig was written: everything for everybody. */
  | { readonly do: 'meshConfig' }
  /** The Pod of a proxy became ready. */
  | { readonly do: 'ready'; readonly proxy: Named };

export interface TimedEvent {
  /** Since the start of the timeline. */
  readonly at: Nanos;
  readonly actor: string;
  readonly write: TimedWrite;
}

/** The first line: what the file is. */
export interface TimelineHeader {
  readonly starts: string;
  readonly lasts: Nanos;
  readonly events: number;
}

export type TimelineLine =
  | { readonly is: 'header'; readonly header: TimelineHeader }
  /** A slice that is there at the start. */
  | { readonly is: 'start'; readonly slice: KubernetesObject }
  | { readonly is: 'event'; readonly event: TimedEvent }
  | { readonly is: 'problem'; readonly expected: string };

type Fields = Readonly<Record<string, unknown>>;

export function readTimelineLine(text: string): TimelineLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem('one JSON object a line');
  }
  if (!isFields(value)) return problem('one JSON object a line');
  if ('timeline' in value) return headerOf(value);
  if ('start' in value) {
    const slice = isFields(value.start) ? kubernetesObject(value.start) : undefined;
    return slice?.kind === 'EndpointSlice' ? { is: 'start', slice } : problem('an EndpointSlice under start');
  }
  const at = typeof value.at === 'string' ? durationOf(value.at) : undefined;
  if (at === undefined || at < 0) return problem('at: a time since the start, such as "12.345s"');
  const write = writeOf(value);
  if (typeof write === 'string') return problem(write);
  const actor = typeof value.by === 'string' && value.by !== '' ? value.by : 'unknown';
  return { is: 'event', event: { at, actor, write } };
}

function headerOf({ starts, lasts, events }: Fields): TimelineLine {
  const nanos = typeof lasts === 'string' ? durationOf(lasts) : undefined;
  if (nanos === undefined) return problem('lasts: how long the timeline is, such as "1h"');
  const header = { starts: text(starts), lasts: nanos, events: typeof events === 'number' ? events : 0 };
  return { is: 'header', header };
}

/** Its text is what is wrong. */
function writeOf(value: Fields): TimedWrite | string {
  if (isFields(value.apply)) {
    const object = kubernetesObject(value.apply);
    if (object === undefined) return 'apply: an object with kind, metadata.name and metadata.namespace';
    if (object.kind === 'Service') return { do: 'service', object };
    if (object.kind === 'EndpointSlice') return { do: 'slice', object };
    const config = configOf(object, text(value.apply.apiVersion));
    return config === undefined ? `a kind that istiod watches, not ${object.kind}` : { do: 'config', object: config };
  }
  for (const does of ['delete', 'touch', 'metadata'] as const) {
    const named = value[does];
    if (!isFields(named)) continue;
    const of = nameOf(named);
    return of === undefined ? `${does}: apiVersion, kind, namespace and name of an object` : { do: does, of };
  }
  if (value.meshConfig === true) return { do: 'meshConfig' };
  if (typeof value.ready === 'string') {
    const [namespace = '', name = ''] = value.ready.split('/');
    return name === '' ? 'ready: NAMESPACE/NAME of a proxy' : { do: 'ready', proxy: { namespace, name } };
  }
  for (const does of ['podAdded', 'podDeleted'] as const) {
    const text = value[does];
    if (typeof text !== 'string') continue;
    const [namespace = '', name = ''] = text.split('/');
    if (name === '') return `${does}: NAMESPACE/NAME of a Pod`;
    return { do: 'pod', pod: { namespace, name }, isThere: does === 'podAdded' };
  }
  return 'what happened: apply, delete, touch, metadata, meshConfig, ready, podAdded or podDeleted';
}

function kubernetesObject(object: Fields): KubernetesObject | undefined {
  const { kind, metadata, apiVersion: _version, spec, ...others } = object;
  if (typeof kind !== 'string' || !isFields(metadata) || typeof metadata.name !== 'string') return undefined;
  const isWhole = kind === 'EndpointSlice' || (KINDS_WITHOUT_SPEC as ReadonlySet<string>).has(kind);
  return {
    kind,
    namespace: typeof metadata.namespace === 'string' ? metadata.namespace : '',
    name: metadata.name,
    labels: textsOf(metadata.labels),
    annotations: textsOf(metadata.annotations),
    content: isWhole ? others : isFields(spec) ? spec : {},
  };
}

function configOf(object: KubernetesObject, apiVersion: string): ConfigObject | undefined {
  const kind = kindOf(object.kind, apiVersion);
  if (kind === undefined || kind === 'Service' || kind === 'EndpointSlice') return undefined;
  const { namespace, name, labels, annotations, content: spec } = object;
  return { kind, namespace, name, labels, spec, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
}

function nameOf({ kind, apiVersion, namespace, name, service }: Fields): ObjectName | undefined {
  const found = kindOf(text(kind), text(apiVersion));
  if (found === undefined || typeof name !== 'string') return undefined;
  const where = typeof namespace === 'string' ? namespace : '';
  return { kind: found, namespace: where, name, service: typeof service === 'string' ? service : undefined };
}

function kindOf(kind: string, apiVersion: string): TimedKind | undefined {
  if (kind === 'Service' || kind === 'EndpointSlice') return kind;
  const candidates = kindsNamed(kind);
  const group = apiGroup(apiVersion);
  return candidates.find((known) => apiGroup(RESOURCE_KINDS[known].apiVersion) === group);
}

/** Most times are plain seconds. */
function durationOf(text: string): Nanos | undefined {
  if (/^\d{1,9}(?:\.\d{1,9})?s$/.test(text)) return Math.round(Number(text.slice(0, -1)) * SECOND);
  const parsed = parseGoDuration(text);
  return parsed === undefined ? undefined : Number(parsed);
}

function problem(expected: string): TimelineLine {
  return { is: 'problem', expected };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsOf(value: unknown): Record<string, string> {
  if (!isFields(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
