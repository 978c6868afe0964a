/**
 * Config keys: what a push request says has changed (`model.ConfigKey`: kind, name, namespace). Keys are interned, so
 * that sets of them compare by identity and a relevance look-up is one hash of an object.
 */
import type { ConfigKind } from '../istio/kinds.js';

export interface ConfigKey {
  readonly kind: ConfigKind;
  readonly namespace: string;
  /** For ServiceEntry, Endpoints and DNSName this is the host of the service. */
  readonly name: string;
  /** What a scope lists when it depends on this key: the service's ServiceEntry key for Endpoints, else itself. */
  readonly dependency: ConfigKey;
  /** A well-mixed number below 2^50 for hashing sets of keys whatever their order. */
  readonly hash: number;
  /** Of a service: what its proxies call the endpoints of a subset of it, whose `dependency` is the service. */
  subset(name: string, labels?: Readonly<Record<string, string>>): ConfigKey;
  /** All subsets ever named. */
  readonly subsets: Iterable<ConfigKey>;
  /** Of a subset: the labels of its endpoints, as the rule that was selected last has them. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/** Whether it is of a service or its endpoints: then the service is its `dependency`. */
export function isOfService({ kind }: ConfigKey): boolean {
  return kind === 'ServiceEntry' || kind === 'Endpoints';
}

/** Under which names proxies ask for endpoints of the service: its own, and those of all subsets ever named. */
export function endpointNamesOf(service: ConfigKey): readonly ConfigKey[] {
  return [service, ...service.subsets];
}

/** Hands out one object per distinct key. Keys live as long as the interner: one per object ever named, not per event. */
export class KeyInterner {
  readonly #byKind = new Map<ConfigKind, Map<string, ConfigKey>>();

  of(kind: ConfigKind, namespace: string, name: string): ConfigKey {
    let keys = this.#byKind.get(kind);
    if (keys === undefined) {
      keys = new Map();
      this.#byKind.set(kind, keys);
    }
    const text = `${namespace}/${name}`;
    const known = keys.get(text);
    if (known !== undefined) return known;
    const key = new Key(
      kind,
      namespace,
      name,
      kind === 'Endpoints' ? this.of('ServiceEntry', namespace, name) : undefined,
    );
    keys.set(text, key);
    return key;
  }
}

class Key implements ConfigKey {
  readonly dependency: ConfigKey;
  readonly hash: number;
  labels: Readonly<Record<string, string>> | undefined;
  #subsets: Map<string, Key> | undefined;

  constructor(
    readonly kind: ConfigKind,
    readonly namespace: string,
    readonly name: string,
    dependency: ConfigKey | undefined,
  ) {
    this.dependency = dependency ?? this;
    this.hash = mix(`${kind}/${namespace}/${name}`);
  }

  get subsets(): Iterable<ConfigKey> {
    return this.#subsets?.values() ?? [];
  }

  subset(name: string, labels?: Readonly<Record<string, string>>): ConfigKey {
    this.#subsets ??= new Map();
    let subset = this.#subsets.get(name);
    if (subset === undefined) {
      subset = new Key(this.kind, this.namespace, `${this.name}|${name}`, this);
      this.#subsets.set(name, subset);
    }
    if (labels !== undefined) subset.labels = labels;
    return subset;
  }
}

/** FNV-1a in two 25-bit halves. */
function mix(text: string): number {
  let high = 0x811c9dc5 | 0;
  let low = 0x1234567 | 0;
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
    low = Math.imul(low + text.charCodeAt(i), 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 7) * 2 ** 25 + (low >>> 7);
}
