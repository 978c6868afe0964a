/** What inputs tell of one object at one moment, whichever format told it. */
import type { ObservedKind } from './kinds.js';

/** Microseconds since 1970: what audit logs resolve, and exact in a double. */
export type Micros = number;

export interface Sighting {
  readonly kind: ObservedKind;
  /** Empty for cluster-wide kinds. */
  readonly namespace: string;
  readonly name: string;
  /**
   * `exists`: it is there, as of its resourceVersion. `put`: it was written, whole. `patch`: it was written, and only
   * the patch is known. `touched`: it was written, nobody knows with what.
   */
  readonly did: 'exists' | 'put' | 'patch' | 'touched' | 'delete';
  /** Undefined for `exists`. */
  readonly at?: Micros | undefined;
  /** Whether `at` is the moment itself, or only its second. */
  readonly isExact: boolean;
  readonly actor: string;
  readonly resourceVersion?: number | undefined;
  /** What Istio reads of the object. */
  readonly body?: Body | undefined;
  readonly patch?: unknown;
}

/** An object without what nobody here reads. Configuration keeps its real spec. */
export interface Body {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339; empty when unknown. */
  readonly created: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What a reader of one format tells, record by record. */
export interface Told {
  sighting(sighting: Sighting, line: number): void;
  /** A record that was understood and is of no use. */
  ignored(what: string, why: string): void;
  bad(line: number, what: string): void;
  /** Something about the whole that users should know, said once. */
  note(text: string): void;
  /** A line of an istiod log. */
  logLine(line: string, number: number): void;
  /** A sample of a metric; the time is undefined in a plain scrape. */
  sample(name: string, labels: Readonly<Record<string, string>>, value: number, at: Micros | undefined): void;
  /** A proxy that istiod lists. */
  proxy(proxy: ListedProxy): void;
  /** A moment at which the input was still being written, even if nothing of use happened then. */
  seenAt(at: Micros): void;
}

/** Of `istioctl proxy-status` or `/debug/syncz`. */
export interface ListedProxy {
  readonly name: string;
  readonly namespace: string;
  readonly istiod: string;
  readonly version: string;
  /** xDS types it watches, such as CDS. */
  readonly types: readonly string[];
}

/** RFC 3339 with 0 to 9 digits of a second, any zone; undefined when it is none. */
export function micros(text: unknown): Micros | undefined {
  if (typeof text !== 'string') return undefined;
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (parts === null) return undefined;
  const [, day, time, fraction = '', zone = 'Z'] = parts;
  const millis = Date.parse(`${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  return Number.isNaN(millis) ? undefined : millis * 1000 + Math.trunc(Number(`0.${fraction || '0'}`) * 1e6 + 0.5e-3);
}
