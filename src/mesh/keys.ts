/**
 * Config keys: what a push request says has changed (`model.ConfigKey`: kind, name, namespace). Keys are interned, so
 * that sets of them compare by identity and a relevance look-up is one hash of an object.
 */
import type { ConfigKind } from './spec.js';

export interface ConfigKey {
  readonly kind: ConfigKind;
  readonly namespace: string;
  /** For ServiceEntry, Endpoints and DNSName this is the host of the service. */
  readonly name: string;
  /** What a scope lists when it depends on this key: the service's ServiceEntry key for Endpoints, else itself. */
  readonly dependency: ConfigKey;
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

  constructor(
    readonly kind: ConfigKind,
    readonly namespace: string,
    readonly name: string,
    dependency: ConfigKey | undefined,
  ) {
    this.dependency = dependency ?? this;
  }
}
